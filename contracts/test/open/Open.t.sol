// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, Stream} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Opening from the wallet and from the free balance.
contract OpenTest is SessionsTest {
    function test_fromTheWallet() public {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Opened(id, user, node, session, 10 * USDC, false);
        _open(10 * USDC);
        Stream memory opened = sessions.stream(id);
        assertEq(opened.deposit, 10 * USDC);
        assertEq(opened.settled, 0);
        assertEq(opened.stoppedAt, 0);
        assertEq(opened.flags, 1);
        assertEq(token.balanceOf(address(sessions)), 10 * USDC);
    }

    function test_fromTheFreeBalanceMovesNoTokens() public {
        _deposit(15 * USDC);
        uint256 held = token.balanceOf(address(sessions));
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Opened(id, user, node, session, 10 * USDC, true);
        vm.prank(user);
        assertEq(sessions.openFromBalance(node, session, 10 * USDC), id);
        assertEq(sessions.balanceOf(user), 5 * USDC);
        assertEq(sessions.stream(id).deposit, 10 * USDC);
        assertEq(token.balanceOf(address(sessions)), held);
    }

    function test_readsNoRegistry() public {
        assertFalse(registry.isRegistered(node));
        _open(USDC);
    }

    function test_anIdIsThePackedHashOfUserNodeAndSessionKey() public view {
        assertEq(id, keccak256(abi.encodePacked(user, node, session)));
    }

    function testFuzz_aStreamFitsWhatWasPutIn(uint96 amount) public {
        vm.assume(amount != 0);
        _fund(user, amount);
        _open(amount);
        assertEq(sessions.stream(id).deposit, amount);
    }

    function test_revertsWhen_theAmountIsZero() public {
        vm.startPrank(user);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.open(node, session, 0);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.openFromBalance(node, session, 0);
    }

    function test_revertsWhen_anAddressCannotBeANodeOrSessionKey() public {
        address[2] memory bad = [address(0), address(sessions)];
        vm.startPrank(user);
        for (uint256 i; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, bad[i]));
            sessions.open(bad[i], session, USDC);
            vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, bad[i]));
            sessions.open(node, bad[i], USDC);
        }
    }

    function test_revertsWhen_theFreeBalanceIsTooLow() public {
        _deposit(USDC);
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BalanceTooLow.selector, user, USDC, 2 * USDC));
        sessions.openFromBalance(node, session, 2 * USDC);
    }

    function test_Pitfall04_anIdLivesOnce() public {
        _deposit(10 * USDC);
        _open(USDC);
        _expectAlreadyOpened();
        _stop();
        _expectAlreadyOpened();
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        _expectAlreadyOpened();
    }

    function _expectAlreadyOpened() private {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_AlreadyOpened.selector, id);
        vm.startPrank(user);
        vm.expectRevert(refusal);
        sessions.open(node, session, USDC);
        vm.expectRevert(refusal);
        sessions.openFromBalance(node, session, USDC);
        vm.stopPrank();
    }
}
