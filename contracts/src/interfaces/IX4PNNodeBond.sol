// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What stands behind a node and its successors.
/// @param amount Everything posted and neither taken out nor slashed, 10^-18 X4PN.
/// @param exiting The part of `amount` that the operator is taking out. It backs nothing new.
/// @param exitAt Unix second from which `exiting` can be taken out; 0 without an exit.
/// @param frozen The part of `amount` that open cases hold. It cannot leave.
struct Bond {
    uint96 amount;
    uint96 exiting;
    uint40 exitAt;
    uint96 frozen;
}

/// @notice A slashing case against a node's bond.
/// @param node The node that was named at the opening. Its bond may be a successor's by now.
/// @param amount 10^-18 X4PN frozen for it.
/// @param openedAt Unix second.
/// @param executableAt Unix second from which it can be executed; an objection moves it once.
/// @param state 1 open, 2 objected, 3 executed, 4 dismissed, 5 lapsed.
/// @param evidenceCid CID of the evidence.
struct SlashCase {
    address node;
    uint96 amount;
    uint40 openedAt;
    uint40 executableAt;
    uint8 state;
    string evidenceCid;
}

/// @title Bonds in X4PN (10^-18) and slashing by governance. Part of the node registry's contract.
/// @notice A bond belongs to a node and its successors together, and whoever operates the last of them controls it.
/// An older id has no bond of its own, but a case against it reaches the same bond: nobody escapes by succeeding.
///
/// A case goes: opened by governance, its amount frozen → for `OBJECTION_DELAY` the operator can object, which adds
/// `EXECUTION_DELAY` once → for `EXECUTION_WINDOW` governance can execute it, and the amount is burned → after that it
/// has lapsed, and anyone can free the amount. Governance can dismiss it at any time before.
///
/// What governance can take at most: of one bond, in each epoch of 30 days (`SLASH_EPOCH`), the part named by the
/// epoch's cap, itself under the immutable `MAX_EPOCH_BPS`; nobody gains by it, since it is burned. An operator who
/// begins to leave loses at most what two of these epochs allow. Higher caps take effect only after
/// `BOND_PARAMETER_DELAY`, which is longer than `EXIT_DELAY`, so whoever does not agree can be out before.
interface IX4PNNodeBond {
    // ----------------------------------------------------------------- events

    /// @notice `from` added `amount` to the bond of `node`, which is now `bond`.
    event BondAdded(address indexed node, address indexed from, uint256 amount, uint256 bond);
    /// @notice `amount` in all is leaving, and can be taken out from `exitAt`. Zero: the exit was taken back.
    event BondExitStarted(address indexed node, uint256 amount, uint256 exitAt);
    /// @notice `amount` left to `to`; `bond` remains.
    event BondExited(address indexed node, address indexed to, uint256 amount, uint256 bond);
    /// @notice `successor` carries the bond of `node` on: exit and open cases with it.
    event BondCarriedOn(address indexed node, address indexed successor, uint256 bond);
    /// @notice `amount` of the bond that stands behind `node` is frozen; `holder` carries it at this time.
    event SlashCaseOpened(
        uint256 indexed caseId,
        address indexed node,
        address indexed holder,
        uint256 amount,
        uint256 executableAt,
        string evidenceCid
    );
    /// @notice The operator objected: execution moves to `executableAt`.
    event SlashCaseObjected(uint256 indexed caseId, address indexed node, uint256 executableAt, string statementCid);
    /// @notice `amount` was burned; `bond` remains with `holder`.
    event Slashed(uint256 indexed caseId, address indexed node, address indexed holder, uint256 amount, uint256 bond);
    /// @notice Governance gave the case up; its amount of the bond that `holder` carries is free again.
    event SlashCaseDismissed(uint256 indexed caseId, address indexed node, address indexed holder);
    /// @notice Nobody executed the case in time; its amount of the bond that `holder` carries is free again.
    event SlashCaseLapsed(uint256 indexed caseId, address indexed node, address indexed holder);
    /// @notice A new minimum takes effect at `effectiveAt`.
    event MinimumBondScheduled(uint256 minimum, uint256 effectiveAt);
    /// @notice New caps, in basis points of a bond, take effect at `effectiveAt`.
    event SlashCapsScheduled(uint256 caseBps, uint256 epochBps, uint256 effectiveAt);

    // ----------------------------------------------------------------- errors

    /// @notice The node would have `bond` that is not leaving, less than `minimum`.
    error Bond_TooLow(address node, uint256 bond, uint256 minimum);
    /// @notice More was asked for than the `bond` there is.
    error Bond_TooHigh(address node, uint256 amount, uint256 bond);
    /// @notice Open cases hold `frozen`: nothing can leave now.
    error Bond_Frozen(address node, uint256 frozen);
    /// @notice The exit can be finished from `exitAt`.
    error Bond_ExitNotReady(address node, uint256 exitAt);
    /// @notice Nothing is leaving.
    error Bond_NoExit(address node);
    /// @notice Zero where an amount is needed.
    error Bond_ZeroAmount();
    /// @notice An address that nothing can be sent to, or that has no code where a contract is needed.
    error Bond_BadAddress(address account);
    /// @notice There is nothing that a case could freeze: no bond, all of it frozen, or the epoch's cap is used up.
    error Bond_NothingToFreeze(address node);
    /// @notice A CID is missing, or longer than 128 bytes.
    error Bond_BadCid(uint256 length);
    /// @notice There is no such case, or it is over, or (for an objection) it was objected to before.
    error Bond_BadCase(uint256 caseId);
    /// @notice Only the operator of the node that carries the bond objects.
    error Bond_NotOperator(uint256 caseId, address caller);
    /// @notice Not before `from`.
    error Bond_TooEarly(uint256 caseId, uint256 from);
    /// @notice It could be done until `until`.
    error Bond_TooLate(uint256 caseId, uint256 until);
    /// @notice A parameter is outside its immutable bounds.
    error Bond_OutOfBounds(bytes32 name, uint256 value);

    // -------------------------------------------------------------- operators

    /// @notice Adds `amount` (10^-18 X4PN) by allowance from the caller, who must be the operator: nobody can change
    /// another's bond, not even upwards. Reverts where less than the minimum would back the node, and for an id that was
    /// succeeded. Like every change of the bond it takes an open offer of the operatorship back: a node is accepted
    /// with the bond that it was offered with, less what was slashed.
    function addBond(address node, uint256 amount) external;
    /// @notice Begins to take `amount` (10^-18 X4PN) in all out; it replaces an earlier exit, and the delay starts
    /// anew. Zero takes the exit back. What remains is either nothing or at least the minimum.
    function startExit(address node, uint256 amount) external;
    /// @notice Sends what is leaving and not frozen to `to`. What cases hold stays in the exit, and can be taken out
    /// when they are over. Reverts before `exitAt`, or where cases hold all of it.
    /// @return amount 10^-18 X4PN.
    function finishExit(address node, address to) external returns (uint256 amount);
    /// @notice Objects to a case, by the operator of the node that carries the bond now, within `OBJECTION_DELAY`, once.
    /// @param statementCid CID of what the operator says about it.
    function objectTo(uint256 caseId, string calldata statementCid) external;

    // ------------------------------------------------------------- governance

    /// @notice Freezes `amount` (10^-18 X4PN) of the bond behind `node`, but never more than `slashable(node)`: what is
    /// above it is left out rather than refused, so that an operator cannot make an opening fail by lowering the bond
    /// just before.
    /// @return caseId From 1 on.
    function openCase(address node, uint256 amount, string calldata evidenceCid) external returns (uint256 caseId);
    /// @notice Burns what the case holds, within `EXECUTION_WINDOW` from its `executableAt`.
    /// @return slashed 10^-18 X4PN.
    function executeCase(uint256 caseId) external returns (uint256 slashed);
    /// @notice Gives a case up.
    function dismissCase(uint256 caseId) external;
    /// @notice Sets, after `BOND_PARAMETER_DELAY`, what a new node must bring (10^-18 X4PN, at most
    /// `MAX_MINIMUM_BOND`). Nodes that are there already stay as they are.
    function setMinimumBond(uint256 minimum) external;
    /// @notice Sets, after `BOND_PARAMETER_DELAY`, the caps in basis points of a bond: of one case, at most
    /// `MAX_CASE_BPS`, and of all that are opened in one epoch, at most `MAX_EPOCH_BPS`.
    function setSlashCaps(uint256 caseBps, uint256 epochBps) external;

    // ----------------------------------------------------------------- anyone

    /// @notice Frees what a case holds after its window has passed unused. Anyone may call it.
    function releaseLapsed(uint256 caseId) external;

    /// @notice The bond that `node` carries; all zero for an id that was succeeded, or is unknown.
    function bondOf(address node) external view returns (Bond memory);
    /// @notice The node that carries the bond behind `node`: itself, or its last successor.
    function bondHolderOf(address node) external view returns (address);
    /// @notice Whether `node` has, without what is leaving, at least the minimum. What clients may ask for.
    function isBonded(address node) external view returns (bool);
    /// @notice The most that a case opened now against `node` can freeze, 10^-18 X4PN.
    function slashable(address node) external view returns (uint256);
    /// @notice A case by its number; all zero for a number that was never given.
    function slashCase(uint256 caseId) external view returns (SlashCase memory);
    /// @notice How many cases there are; their ids run from 1 to this.
    function slashCaseCount() external view returns (uint256);
    /// @notice 10^-18 X4PN, in force now.
    function minimumBond() external view returns (uint256);
    /// @notice In basis points of a bond, in force now.
    function slashCaps() external view returns (uint256 caseBps, uint256 epochBps);

    /// @notice X4PN.
    function BOND_TOKEN() external view returns (address);
    /// @notice Seconds between starting and finishing an exit: longer than objection, execution and its window together.
    function EXIT_DELAY() external view returns (uint256);
    /// @notice Seconds from the opening in which the operator can object, and nobody can execute.
    function OBJECTION_DELAY() external view returns (uint256);
    /// @notice Seconds that an objection adds.
    function EXECUTION_DELAY() external view returns (uint256);
    /// @notice Seconds in which a case can be executed before it lapses.
    function EXECUTION_WINDOW() external view returns (uint256);
    /// @notice Seconds of an epoch of the cap; epochs count from the Unix epoch.
    function SLASH_EPOCH() external view returns (uint256);
    /// @notice Seconds before a change of a parameter takes effect.
    function BOND_PARAMETER_DELAY() external view returns (uint256);
    /// @notice 10^-18 X4PN.
    function MAX_MINIMUM_BOND() external view returns (uint256);
    /// @notice Basis points of a bond.
    function MAX_CASE_BPS() external view returns (uint256);
    /// @notice Basis points of a bond.
    function MAX_EPOCH_BPS() external view returns (uint256);
}
