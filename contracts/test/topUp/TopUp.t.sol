// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Adding to an open stream.
contract TopUpTest is SessionsTest {
    function test_byAnyoneFromTheirWallet() public {
        _open(USDC);
        address friend = makeAddr("friend");
        _fund(friend, 5 * USDC);
        // The token's own event, just before, names who paid what.
        vm.expectEmit(address(token));
        emit IERC20.Transfer(friend, address(sessions), 5 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ToppedUp(id, user, node, 6 * USDC);
        vm.prank(friend);
        sessions.topUp(user, node, session, 5 * USDC);
        assertEq(sessions.stream(id).deposit, 6 * USDC);
        assertEq(token.balanceOf(friend), 0);
    }

    function test_fromTheFreeBalance() public {
        _open(USDC);
        _deposit(5 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ToppedUpFromBalance(id, user, node, 3 * USDC);
        vm.prank(user);
        sessions.topUpFromBalance(node, session, 2 * USDC);
        assertEq(sessions.stream(id).deposit, 3 * USDC);
        assertEq(sessions.balanceOf(user), 3 * USDC);
    }

    function test_keepsWhatWasSettled() public {
        _open(2 * USDC);
        _settle(_item(USDC));
        vm.prank(user);
        sessions.topUp(user, node, session, USDC);
        assertEq(_settledOf(id), USDC);
        assertEq(sessions.stream(id).deposit, 3 * USDC);
    }

    function test_Pitfall07_undoesNoStop() public {
        _open(USDC);
        _stop();
        uint40 stoppedAt = sessions.stream(id).stoppedAt;
        vm.startPrank(user);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotOpen.selector, id));
        sessions.topUp(user, node, session, USDC);
        vm.stopPrank();
        assertEq(sessions.stream(id).stoppedAt, stoppedAt);
    }

    function test_revertsWhen_theStreamIsNotOpen() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotOpen.selector, id);
        _deposit(USDC);
        vm.startPrank(user);
        vm.expectRevert(refusal);
        sessions.topUp(user, node, session, USDC);
        vm.expectRevert(refusal);
        sessions.topUpFromBalance(node, session, USDC);
        sessions.open(node, session, USDC);
        sessions.stop(node, session);
        skip(WINDOW);
        sessions.close(node, session, user);
        vm.expectRevert(refusal);
        sessions.topUp(user, node, session, USDC);
    }

    function test_revertsWhen_theAmountIsZero() public {
        _open(USDC);
        vm.startPrank(user);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.topUp(user, node, session, 0);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.topUpFromBalance(node, session, 0);
    }

    function test_revertsWhen_theBalanceIsTooLow() public {
        _open(USDC);
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BalanceTooLow.selector, user, 0, 1));
        sessions.topUpFromBalance(node, session, 1);
    }

    function test_revertsWhen_theDepositWouldNotFit96Bits() public {
        _fund(user, type(uint96).max);
        _open(type(uint96).max - 1);
        vm.startPrank(user);
        sessions.topUp(user, node, session, 1);
        assertEq(sessions.stream(id).deposit, type(uint96).max);
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNVpnSessions.Sessions_AmountTooLarge.selector, uint256(type(uint96).max) + 1)
        );
        sessions.topUp(user, node, session, 1);
    }
}
