// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SilentToken, StuckToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Tokens that answer with nothing, or with no.
contract OddTokensTest is SessionsTest {
    function _use(address odd) private {
        sessions = _deploy(odd, 6);
        SilentToken(odd).mint(user, 100 * USDC);
        vm.startPrank(user);
        SilentToken(odd).approve(address(sessions), type(uint256).max);
        sessions.deposit(20 * USDC);
        sessions.open(node, session, 10 * USDC);
        vm.stopPrank();
        _register();
        _settle(_item(3 * USDC));
        _stop();
        skip(WINDOW);
    }

    function test_aTokenThatSaysNothingWorks() public {
        SilentToken odd = new SilentToken();
        _use(address(odd));
        vm.startPrank(user);
        sessions.withdraw(makeAddr("a"), 20 * USDC);
        sessions.close(node, session, makeAddr("b"));
        vm.stopPrank();
        sessions.payOut(node);
        assertEq(odd.balanceOf(makeAddr("a")), 20 * USDC);
        assertEq(odd.balanceOf(makeAddr("b")), 7 * USDC);
        assertEq(odd.balanceOf(payout), 3 * USDC - _feeOf(3 * USDC));
        assertEq(odd.balanceOf(address(sessions)), _feeOf(3 * USDC));
    }

    function test_aTransferThatSaysNoLosesNothing() public {
        StuckToken odd = new StuckToken();
        _use(address(odd));
        odd.setStuck(true);
        bytes memory refusal = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd));
        vm.startPrank(user);
        vm.expectRevert(refusal);
        sessions.withdraw(user, 20 * USDC);
        vm.expectRevert(refusal);
        sessions.close(node, session, user);
        vm.stopPrank();
        vm.expectRevert(refusal);
        sessions.payOut(node);
        // A refund into the free balance needs no token.
        sessions.closeFor(user, node, session);
        assertEq(sessions.balanceOf(user), 27 * USDC);

        odd.setStuck(false);
        vm.prank(user);
        sessions.withdraw(user, 27 * USDC);
        sessions.payOut(node);
        assertEq(odd.balanceOf(user), 97 * USDC);
    }
}
