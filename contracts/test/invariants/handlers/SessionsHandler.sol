// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, Stream} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {TestUSDC} from "../../../src/testing/TestUSDC.sol";
import {ReceiptData, Signing} from "../../utils/Signing.sol";

/// @title Users, nodes and strangers doing everything the contract lets them, in any order.
contract SessionsHandler is Signing {
    struct Key {
        address user;
        address node;
        uint256 sessionPk;
    }

    uint256 private constant USERS = 3;
    uint256 private constant NODES = 2;

    IX4PNVpnSessions public immutable SESSIONS;
    TestUSDC public immutable TOKEN;

    Key[] private _keys;
    /// @notice Tokens that came in without a call to the contract.
    uint256 public donated;
    /// @notice What the treasury was paid.
    uint256 public treasuryPaid;
    /// @notice Set when a stream's `settled` fell, or moved after the close.
    bool public broken;
    mapping(bytes32 id => uint96) private _settledBefore;
    mapping(bytes32 id => bool) private _wasClosed;

    constructor(IX4PNVpnSessions sessions, TestUSDC token) {
        SESSIONS = sessions;
        TOKEN = token;
        for (uint256 i; i < USERS; ++i) {
            vm.prank(user(i));
            token.approve(address(sessions), type(uint256).max);
            token.mint(user(i), 1e15);
        }
    }

    /// @dev After every action all streams are looked at, since each id is a promise.
    modifier watched() {
        _;
        for (uint256 i; i < _keys.length; ++i) {
            bytes32 id = idAt(i);
            Stream memory stream = SESSIONS.stream(id);
            if (stream.settled < _settledBefore[id]) broken = true;
            if (_wasClosed[id] && stream.settled != _settledBefore[id]) broken = true;
            if (_wasClosed[id] && stream.flags != 3) broken = true;
            _settledBefore[id] = stream.settled;
            _wasClosed[id] = stream.flags == 3;
        }
    }

    function user(uint256 i) public pure returns (address) {
        return vm.addr(1000 + i % USERS);
    }

    function nodeKey(uint256 i) public pure returns (uint256) {
        return 2000 + i % NODES;
    }

    function node(uint256 i) public pure returns (address) {
        return vm.addr(nodeKey(i));
    }

    function users() external pure returns (uint256) {
        return USERS;
    }

    function nodes() external pure returns (uint256) {
        return NODES;
    }

    function streams() external view returns (uint256) {
        return _keys.length;
    }

    function idAt(uint256 i) public view returns (bytes32) {
        Key memory key = _keys[i];
        return SESSIONS.streamId(key.user, key.node, vm.addr(key.sessionPk));
    }

    function wait_(uint256 time) external watched {
        skip(bound(time, 1, 3 days));
    }

    function donate(uint256 amount) external watched {
        amount = bound(amount, 1, 1e9);
        TOKEN.mint(address(SESSIONS), amount);
        donated += amount;
    }

    function deposit(uint256 who, uint256 forWhom, uint256 amount) external watched {
        vm.prank(user(who));
        SESSIONS.depositFor(user(forWhom), bound(amount, 1, 1e10));
    }

    function withdraw(uint256 who, uint256 amount) external watched {
        uint256 balance = SESSIONS.balanceOf(user(who));
        if (balance == 0) return;
        vm.prank(user(who));
        SESSIONS.withdraw(user(who), bound(amount, 1, balance));
    }

    function open(uint256 who, uint256 where, uint96 amount, bool fromBalance) external watched {
        Key memory key = Key({user: user(who), node: node(where), sessionPk: 3000 + _keys.length});
        uint256 balance = SESSIONS.balanceOf(key.user);
        fromBalance = fromBalance && balance != 0;
        amount = uint96(bound(amount, 1, fromBalance ? balance : 1e10));
        vm.prank(key.user);
        if (fromBalance) SESSIONS.openFromBalance(key.node, vm.addr(key.sessionPk), amount);
        else SESSIONS.open(key.node, vm.addr(key.sessionPk), amount);
        _keys.push(key);
    }

    function topUp(uint256 which, uint256 who, uint96 amount) external watched {
        (Key memory key, Stream memory stream, bool any) = _pick(which);
        if (!any || stream.flags != 1 || stream.stoppedAt != 0) return;
        vm.prank(user(who));
        SESSIONS.topUp(key.user, key.node, vm.addr(key.sessionPk), uint96(bound(amount, 1, 1e10)));
    }

    /// @dev Any claim at all, on any stream in any state, twice in a batch.
    function settle(uint256 which, uint96 cumulative, uint64 rate, uint40 start, uint40 until) external watched {
        (Key memory key,, bool any) = _pick(which);
        if (!any) return;
        bytes memory item = _settleItem(key, uint96(bound(cumulative, 0, 2e10)), rate, start, until);
        SESSIONS.settle(key.node, bytes.concat(item, item));
    }

    function stop(uint256 which) external watched {
        (Key memory key, Stream memory stream, bool any) = _pick(which);
        if (!any || stream.flags != 1 || stream.stoppedAt != 0) return;
        vm.prank(key.user);
        SESSIONS.stop(key.node, vm.addr(key.sessionPk));
    }

    function close(uint256 which, bool byUser) external watched {
        (Key memory key, Stream memory stream, bool any) = _pick(which);
        if (!any || stream.flags != 1 || stream.stoppedAt == 0) return;
        uint256 closableAt = stream.stoppedAt + SESSIONS.CHALLENGE_WINDOW();
        if (vm.getBlockTimestamp() < closableAt) vm.warp(closableAt);
        if (byUser) {
            vm.prank(key.user);
            SESSIONS.close(key.node, vm.addr(key.sessionPk), key.user);
        } else {
            SESSIONS.closeFor(key.user, key.node, vm.addr(key.sessionPk));
        }
    }

    function closeCooperative(uint256 which, uint96 maxClaim) external watched {
        (Key memory key, Stream memory stream, bool any) = _pick(which);
        if (!any || stream.flags != 1) return;
        maxClaim = uint96(bound(maxClaim, 0, 2e10));
        address sessionKey = vm.addr(key.sessionPk);
        uint40 deadline = uint40(vm.getBlockTimestamp());
        bytes32 structHash = _hashRelease(key.user, key.node, sessionKey, maxClaim, stream.deposit, deadline);
        uint256 signer = key.node == node(0) ? nodeKey(0) : nodeKey(1);
        bytes memory consent = _sign(signer, _digest(SESSIONS.DOMAIN_SEPARATOR(), structHash));
        bytes memory item = _settleItem(key, maxClaim, 0, 0, 0);
        SESSIONS.closeCooperative(key.user, key.node, sessionKey, maxClaim, deadline, item, consent);
    }

    /// @dev Also of streams that are closed: those are skipped.
    function release(uint256 which, uint96 cumulative) external watched {
        (Key memory key,, bool any) = _pick(which);
        if (!any) return;
        bytes memory item = _settleItem(key, uint96(bound(cumulative, 1, 2e10)), 0, 0, 0);
        bytes memory claim = new bytes(94);
        for (uint256 i; i < 94; ++i) {
            claim[i] = item[20 + i];
        }
        vm.prank(key.node);
        SESSIONS.release(abi.encodePacked(key.user, vm.addr(key.sessionPk), claim));
    }

    function book(uint256 which) external watched {
        SESSIONS.book(node(which));
    }

    function payOut(uint256 which) external watched {
        if (SESSIONS.nodeAccount(node(which)).balance == 0) return;
        SESSIONS.payOut(node(which));
    }

    function payTreasury() external watched {
        if (SESSIONS.treasuryBalance() == 0) return;
        treasuryPaid += SESSIONS.payTreasury();
    }

    function _pick(uint256 which) private view returns (Key memory key, Stream memory stream, bool any) {
        if (_keys.length == 0) return (key, stream, false);
        which = which % _keys.length;
        return (_keys[which], SESSIONS.stream(idAt(which)), true);
    }

    function _settleItem(Key memory key, uint96 cumulative, uint64 rate, uint40 start, uint40 until)
        private
        view
        returns (bytes memory)
    {
        ReceiptData memory receipt = ReceiptData({
            user: key.user, node: key.node, cumulative: cumulative, rate: rate, start: start, until: until
        });
        bytes32 digest = _digest(SESSIONS.DOMAIN_SEPARATOR(), _hashReceipt(receipt));
        return abi.encodePacked(key.user, _packClaim(receipt, _compact(key.sessionPk, digest)));
    }
}
