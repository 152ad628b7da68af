// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AutomationCompatibleInterface
} from "@chainlink/contracts/src/v0.8/automation/interfaces/AutomationCompatibleInterface.sol";
import {IX4PNNodeRegistry} from "./interfaces/IX4PNNodeRegistry.sol";
import {IX4PNRewards} from "./interfaces/IX4PNRewards.sol";
import {IX4PNUpkeep, UpkeepPage, UpkeepWork} from "./interfaces/IX4PNUpkeep.sol";
import {IX4PNVpnSessions, NodeAccount} from "./interfaces/IX4PNVpnSessions.sol";

/// @title What anyone may do, done regularly. See `IX4PNUpkeep`.
contract X4PNUpkeep is IX4PNUpkeep {
    /// @inheritdoc IX4PNUpkeep
    uint256 public constant MAX_PAGE = 100;
    /// @inheritdoc IX4PNUpkeep
    /// @dev Automation takes 2,000 bytes of `performData` and 5 million gas; 40 calls are 1,600 bytes and some 1.5 million.
    uint256 public constant MAX_CALLS = 40;
    /// @inheritdoc IX4PNUpkeep
    uint256 public constant LOOKBACK = 4;
    /// @dev Several times what the dearest of the calls needs: one that burns all it gets cannot starve the rest.
    uint256 private constant CALL_GAS = 500_000;
    /// @dev A call gets at most 63/64 of what is left.
    uint256 private constant GAS_FOR_A_CALL = CALL_GAS + CALL_GAS / 32;

    /// @inheritdoc IX4PNUpkeep
    address public immutable SESSIONS;
    /// @inheritdoc IX4PNUpkeep
    address public immutable REWARDS;
    address private immutable _REGISTRY;

    constructor(address sessions, address rewards) {
        if (sessions.code.length == 0) revert Upkeep_BadAddress(sessions);
        if (rewards.code.length == 0) revert Upkeep_BadAddress(rewards);
        SESSIONS = sessions;
        REWARDS = rewards;
        _REGISTRY = IX4PNVpnSessions(sessions).REGISTRY();
    }

    /// @inheritdoc AutomationCompatibleInterface
    /// @dev Finds out by doing it, which is why it is no view: only what succeeds now is proposed, so a payout that the
    /// token blocks is not paid for again and again. Automation simulates it; sent as a transaction it does what it finds,
    /// which anyone may.
    function checkUpkeep(bytes calldata checkData) external returns (bool upkeepNeeded, bytes memory performData) {
        UpkeepPage memory page = abi.decode(checkData, (UpkeepPage));
        if (page.limit > MAX_PAGE) revert Upkeep_PageTooLarge(page.limit, MAX_PAGE);
        UpkeepWork memory work = UpkeepWork({
            epochs: new uint256[](LOOKBACK),
            book: new address[](MAX_CALLS),
            payOut: new address[](MAX_CALLS),
            payTreasury: false
        });
        uint256 calls = _findEpochs(work);
        calls += _findNodes(work, page, MAX_CALLS - calls);
        uint256 due = IX4PNVpnSessions(SESSIONS).treasuryBalance();
        work.payTreasury = due >= page.minPayout && _call(SESSIONS, IX4PNVpnSessions.payTreasury.selector, 0);
        upkeepNeeded = calls != 0 || work.payTreasury;
        performData = abi.encode(work);
    }

    /// @inheritdoc AutomationCompatibleInterface
    /// @dev Needs no trust in what it is given. What fails is said in an event, and the rest goes on; when gas runs low it
    /// ends, with what it has done done.
    function performUpkeep(bytes calldata performData) external {
        UpkeepWork memory work = abi.decode(performData, (UpkeepWork));
        uint256 calls = work.epochs.length + work.book.length + work.payOut.length;
        if (calls > MAX_CALLS) revert Upkeep_TooManyCalls(calls, MAX_CALLS);
        for (uint256 i; i < work.epochs.length; ++i) {
            _perform(REWARDS, IX4PNRewards.roll.selector, work.epochs[i]);
        }
        for (uint256 i; i < work.book.length; ++i) {
            _perform(SESSIONS, IX4PNVpnSessions.book.selector, uint160(work.book[i]));
        }
        for (uint256 i; i < work.payOut.length; ++i) {
            _perform(SESSIONS, IX4PNVpnSessions.payOut.selector, uint160(work.payOut[i]));
        }
        // After the bookings, whose fees it takes along.
        if (work.payTreasury) _perform(SESSIONS, IX4PNVpnSessions.payTreasury.selector, 0);
    }

    function _findEpochs(UpkeepWork memory work) private returns (uint256 found) {
        uint256 present = IX4PNVpnSessions(SESSIONS).currentEpoch();
        for (uint256 epoch = present - LOOKBACK; epoch < present; ++epoch) {
            if (_call(REWARDS, IX4PNRewards.roll.selector, epoch)) work.epochs[found++] = epoch;
        }
        uint256[] memory epochs = work.epochs;
        assembly ("memory-safe") {
            mstore(epochs, found)
        }
    }

    /// @dev At most `most` calls for the nodes of `page`.
    function _findNodes(UpkeepWork memory work, UpkeepPage memory page, uint256 most) private returns (uint256 calls) {
        (address[] memory nodes,) = IX4PNNodeRegistry(_REGISTRY).nodes(page.offset, page.limit);
        uint256 epoch = IX4PNVpnSessions(SESSIONS).currentEpoch();
        uint256 toBook;
        uint256 toPay;
        for (uint256 i; i < nodes.length && toBook + toPay < most; ++i) {
            NodeAccount memory account = IX4PNVpnSessions(SESSIONS).nodeAccount(nodes[i]);
            bool collected = account.pendingFees != 0 && account.feeEpoch != epoch;
            if (
                collected && account.pendingFees >= page.minFees
                    && _call(SESSIONS, IX4PNVpnSessions.book.selector, uint160(nodes[i]))
            ) work.book[toBook++] = nodes[i];
            if (
                account.balance >= page.minPayout && toBook + toPay < most
                    && _call(SESSIONS, IX4PNVpnSessions.payOut.selector, uint160(nodes[i]))
            ) work.payOut[toPay++] = nodes[i];
        }
        (address[] memory book, address[] memory payOut) = (work.book, work.payOut);
        assembly ("memory-safe") {
            mstore(book, toBook)
            mstore(payOut, toPay)
        }
        return toBook + toPay;
    }

    function _perform(address target, bytes4 selector, uint256 subject) private {
        // Below it a call could fail for want of gas alone: it is left to the next upkeep.
        if (gasleft() < GAS_FOR_A_CALL) return;
        if (!_call(target, selector, subject)) emit CallFailed(target, selector, subject);
    }

    /// @dev One of the calls that anyone may make, with `subject` its only argument; one without any ignores it.
    function _call(address target, bytes4 selector, uint256 subject) private returns (bool done) {
        // solhint-disable-next-line avoid-low-level-calls
        (done,) = target.call{gas: CALL_GAS}(abi.encodeWithSelector(selector, subject));
    }
}
