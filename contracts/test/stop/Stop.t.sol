// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, Stream} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Ending accrual, by the user or by signature.
contract StopTest is SessionsTest {
    function setUp() public override {
        super.setUp();
        _open(10 * USDC);
    }

    function test_byTheUser() public {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Stopped(id, user, node, _now());
        _stop();
        Stream memory stopped = sessions.stream(id);
        assertEq(stopped.stoppedAt, _now());
        assertEq(stopped.deposit, 10 * USDC);
        assertEq(stopped.flags, 1);
    }

    function test_relayedWithTheSessionKeysSignature() public {
        bytes memory signature = _sign(sessionPk, _sessionsDigest(_hashStop(user, node, session)));
        vm.prank(relayer);
        sessions.stopBySig(user, node, session, signature);
        assertEq(sessions.stream(id).stoppedAt, _now());
    }

    function test_relayedWithTheUsersSignature() public {
        bytes memory signature = _sign(userKey, _sessionsDigest(_hashStop(user, node, session)));
        vm.prank(relayer);
        sessions.stopBySig(user, node, session, signature);
        assertEq(sessions.stream(id).stoppedAt, _now());
    }

    function test_relayedWithASmartAccountsSignature() public {
        Wallet wallet = new Wallet(user);
        token.mint(address(wallet), USDC);
        wallet.execute(address(token), abi.encodeCall(token.approve, (address(sessions), USDC)));
        wallet.execute(address(sessions), abi.encodeCall(sessions.open, (node, session, USDC)));
        bytes memory signature = _sign(userKey, _sessionsDigest(_hashStop(address(wallet), node, session)));
        sessions.stopBySig(address(wallet), node, session, signature);
        assertEq(sessions.stream(sessions.streamId(address(wallet), node, session)).stoppedAt, _now());
    }

    function test_Pitfall17_theNodeCanStillSettleUntilTheClose() public {
        _stop();
        _settle(_item(3 * USDC));
        skip(2 * WINDOW);
        _settle(_item(4 * USDC));
        assertEq(_settledOf(id), 4 * USDC);
    }

    function test_revertsWhen_nothingIsOpen() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotOpen.selector, id);
        bytes memory signature = _sign(sessionPk, _sessionsDigest(_hashStop(user, node, session)));
        vm.startPrank(user);
        sessions.stop(node, session);
        vm.expectRevert(refusal);
        sessions.stop(node, session);
        vm.expectRevert(refusal);
        sessions.stopBySig(user, node, session, signature);
        vm.expectRevert(
            abi.encodeWithSelector(
                IX4PNVpnSessions.Sessions_NotOpen.selector, sessions.streamId(user, node, makeAddr("never"))
            )
        );
        sessions.stop(node, makeAddr("never"));
    }

    function test_revertsWhen_aStrangerOrTheNodeSigned() public {
        bytes memory signature = _sign(nodeKey, _sessionsDigest(_hashStop(user, node, session)));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.stopBySig(user, node, session, signature);
    }

    function test_Pitfall05_revertsWhen_theSessionKeySignedAReceiptInstead() public {
        bytes memory signature = _sign(sessionPk, _sessionsDigest(_hashReceipt(_bytesReceipt(USDC))));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.stopBySig(user, node, session, signature);
    }
}
