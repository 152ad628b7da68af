// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeBond, SlashCase} from "../interfaces/IX4PNNodeBond.sol";
import {IX4PNToken} from "../interfaces/IX4PNToken.sol";
import {NodeParamsLib} from "../libraries/NodeParamsLib.sol";
import {NodeBonds} from "./NodeBonds.sol";

/// @title Slashing: cases that freeze, wait, and burn or let go.
/// @dev `frozen` is the sum of the amounts of a bond's open cases and never above the bond, so a case that is open can
/// always be executed in full.
abstract contract SlashCases is NodeBonds {
    uint8 private constant OPEN = 1;
    uint8 private constant OBJECTED = 2;
    uint8 private constant EXECUTED = 3;
    uint8 private constant DISMISSED = 4;
    uint8 private constant LAPSED = 5;

    /// @inheritdoc IX4PNNodeBond
    uint256 public slashCaseCount;

    mapping(uint256 caseId => SlashCase) private _cases;

    /// @inheritdoc IX4PNNodeBond
    function openCase(address node, uint256 amount, string calldata evidenceCid)
        external
        restricted
        returns (uint256 caseId)
    {
        _known(node);
        if (amount == 0) revert Bond_ZeroAmount();
        _checkCid(evidenceCid);
        uint256 most = slashable(node);
        if (most == 0) revert Bond_NothingToFreeze(node);
        if (amount > most) amount = most;

        BondState storage bond = _bonds[_rootOf(node)];
        uint256 epoch = _slashEpoch();
        bond.openedInEpoch = uint96((bond.epoch == epoch ? bond.openedInEpoch : 0) + amount);
        bond.epoch = uint40(epoch);
        bond.frozen += uint96(amount);

        caseId = ++slashCaseCount;
        uint256 executableAt = block.timestamp + OBJECTION_DELAY;
        _cases[caseId] = SlashCase({
            node: node,
            amount: uint96(amount),
            openedAt: uint40(block.timestamp),
            executableAt: uint40(executableAt),
            state: OPEN,
            evidenceCid: evidenceCid
        });
        emit SlashCaseOpened(caseId, node, bondHolderOf(node), amount, executableAt, evidenceCid);
    }

    /// @inheritdoc IX4PNNodeBond
    function objectTo(uint256 caseId, string calldata statementCid) external {
        SlashCase storage found = _cases[caseId];
        if (found.state != OPEN) revert Bond_BadCase(caseId);
        // The bond's owner, not the owner of an id that the bond has left.
        if (msg.sender != _operatorOf(bondHolderOf(found.node))) revert Bond_NotOperator(caseId, msg.sender);
        uint256 until = found.executableAt;
        if (block.timestamp >= until) revert Bond_TooLate(caseId, until);
        _checkCid(statementCid);
        uint256 executableAt = until + EXECUTION_DELAY;
        found.state = OBJECTED;
        found.executableAt = uint40(executableAt);
        emit SlashCaseObjected(caseId, found.node, executableAt, statementCid);
    }

    /// @inheritdoc IX4PNNodeBond
    function executeCase(uint256 caseId) external restricted returns (uint256 slashed) {
        SlashCase storage found = _live(caseId);
        uint256 from = found.executableAt;
        if (block.timestamp < from) revert Bond_TooEarly(caseId, from);
        uint256 until = from + EXECUTION_WINDOW;
        if (block.timestamp >= until) revert Bond_TooLate(caseId, until);

        address node = found.node;
        slashed = _end(found, EXECUTED);
        BondState storage bond = _bonds[_rootOf(node)];
        uint96 left = bond.amount - uint96(slashed);
        bond.amount = left;
        // What is leaving stays backed by what is there.
        if (bond.exiting > left) bond.exiting = left;
        if (bond.exiting == 0) bond.exitAt = 0;
        emit Slashed(caseId, node, bondHolderOf(node), slashed, left);
        IX4PNToken(BOND_TOKEN).burn(slashed);
    }

    /// @inheritdoc IX4PNNodeBond
    function dismissCase(uint256 caseId) external restricted {
        SlashCase storage found = _live(caseId);
        _end(found, DISMISSED);
        emit SlashCaseDismissed(caseId, found.node, bondHolderOf(found.node));
    }

    /// @inheritdoc IX4PNNodeBond
    function releaseLapsed(uint256 caseId) external {
        SlashCase storage found = _live(caseId);
        uint256 from = found.executableAt + EXECUTION_WINDOW;
        if (block.timestamp < from) revert Bond_TooEarly(caseId, from);
        _end(found, LAPSED);
        emit SlashCaseLapsed(caseId, found.node, bondHolderOf(found.node));
    }

    /// @inheritdoc IX4PNNodeBond
    function slashCase(uint256 caseId) external view returns (SlashCase memory) {
        return _cases[caseId];
    }

    /// @inheritdoc IX4PNNodeBond
    function slashable(address node) public view returns (uint256 most) {
        BondState storage bond = _bonds[_rootOf(node)];
        (uint256 caseBps, uint256 epochBps) = slashCaps();
        uint256 amount = bond.amount;
        uint256 ofEpoch = amount * epochBps / BPS;
        // Of the present bond: what earlier cases have burned lowers what later ones may.
        uint256 opened = bond.epoch == _slashEpoch() ? bond.openedInEpoch : 0;
        if (opened >= ofEpoch) return 0;
        most = amount * caseBps / BPS;
        if (most > ofEpoch - opened) most = ofEpoch - opened;
        uint256 free = amount - bond.frozen;
        if (most > free) most = free;
    }

    /// @dev Ends a live case and frees what it holds.
    function _end(SlashCase storage found, uint8 state) private returns (uint96 amount) {
        amount = found.amount;
        found.state = state;
        _bonds[_rootOf(found.node)].frozen -= amount;
    }

    function _live(uint256 caseId) private view returns (SlashCase storage found) {
        found = _cases[caseId];
        if (found.state != OPEN && found.state != OBJECTED) revert Bond_BadCase(caseId);
    }

    function _slashEpoch() private view returns (uint256) {
        return block.timestamp / SLASH_EPOCH;
    }

    function _checkCid(string calldata cid) private pure {
        uint256 length = bytes(cid).length;
        if (length == 0 || length > NodeParamsLib.MAX_CID_BYTES) revert Bond_BadCid(length);
    }
}
