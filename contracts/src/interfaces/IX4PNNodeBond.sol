// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A slashing case against a node's bond.
/// @param node The node.
/// @param amount X4PN base units frozen for it.
/// @param openedAt Unix second.
/// @param executableAt Unix second from which it can be executed; an objection moves it once.
/// @param state 1 open, 2 objected, 3 executed, 4 dismissed.
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
interface IX4PNNodeBond {
    event BondAdded(address indexed node, address indexed from, uint256 amount, uint256 bond);
    event BondExitStarted(address indexed node, uint256 amount, uint256 exitAt);
    event BondExited(address indexed node, address indexed to, uint256 amount);
    event SlashCaseOpened(
        uint256 indexed caseId, address indexed node, uint256 amount, uint256 executableAt, string evidenceCid
    );
    event SlashCaseObjected(uint256 indexed caseId, address indexed node, uint256 executableAt, string statementCid);
    /// @notice What is slashed is burned.
    event Slashed(uint256 indexed caseId, address indexed node, uint256 amount);
    event SlashCaseDismissed(uint256 indexed caseId, address indexed node);
    event MinimumBondChanged(uint256 minimum);
    event SlashCapsChanged(uint256 perCase, uint256 perEpoch);

    error Bond_TooLow(address node, uint256 bond, uint256 minimum);
    error Bond_Frozen(address node, uint256 frozen);
    error Bond_ExitNotReady(address node, uint256 exitAt);
    error Bond_NoExit(address node);
    error Bond_AboveCap(uint256 amount, uint256 cap);
    error Bond_BadCase(uint256 caseId);
    error Bond_TooEarly(uint256 caseId, uint256 executableAt);
    error Bond_TooLate(uint256 caseId, uint256 executableAt);

    function addBond(address node, uint256 amount) external;
    function startExit(address node, uint256 amount) external;
    function finishExit(address node, address to) external returns (uint256 amount);
    function openCase(address node, uint256 amount, string calldata evidenceCid) external returns (uint256 caseId);
    function objectTo(uint256 caseId, string calldata statementCid) external;
    function executeCase(uint256 caseId) external returns (uint256 slashed);
    function dismissCase(uint256 caseId) external;
    function setMinimumBond(uint256 minimum) external;
    function setSlashCaps(uint256 perCase, uint256 perEpoch) external;

    function bondOf(address node) external view returns (uint256 bond, uint256 exiting, uint256 exitAt, uint256 frozen);
    function slashCase(uint256 caseId) external view returns (SlashCase memory);
    function minimumBond() external view returns (uint256);
    /// @notice Seconds between starting and finishing an exit: longer than objection and execution together.
    function EXIT_DELAY() external view returns (uint256);
}
