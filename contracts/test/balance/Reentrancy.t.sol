// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CallbackToken} from "../mocks/OddTokens.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title A token that calls back gains nothing, even though USDC does not.
contract ReentrancyTest is SessionsTest {
    CallbackToken private hostile;
    Wallet private attacker;

    function setUp() public override {
        super.setUp();
        hostile = new CallbackToken();
        sessions = _deploy(address(hostile), 6);
        attacker = new Wallet(user);
        hostile.mint(address(attacker), 10 * USDC);
        attacker.execute(address(hostile), abi.encodeCall(hostile.approve, (address(sessions), type(uint256).max)));
    }

    function _callBack(bytes memory data) private {
        hostile.callBack(address(attacker), abi.encodeCall(attacker.execute, (address(sessions), data)));
    }

    function test_Pitfall09_aNestedDepositIsNotCountedTwice() public {
        _callBack(abi.encodeCall(sessions.deposit, (USDC)));
        attacker.execute(address(sessions), abi.encodeCall(sessions.deposit, (USDC)));
        assertEq(sessions.balanceOf(address(attacker)), USDC);
        assertEq(hostile.balanceOf(address(sessions)), USDC);
    }

    function test_Pitfall09_aDepositThatHasNotArrivedCannotBeWithdrawn() public {
        _callBack(abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        attacker.execute(address(sessions), abi.encodeCall(sessions.deposit, (USDC)));
        assertEq(sessions.balanceOf(address(attacker)), USDC);
        assertEq(hostile.balanceOf(address(sessions)), USDC);
    }

    function test_Pitfall09_aWithdrawalCannotBeNested() public {
        attacker.execute(address(sessions), abi.encodeCall(sessions.deposit, (5 * USDC)));
        _callBack(abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        attacker.execute(address(sessions), abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        assertEq(sessions.balanceOf(address(attacker)), 4 * USDC);
        assertEq(hostile.balanceOf(address(sessions)), 4 * USDC);
    }

    function test_Pitfall09_theGuardIsWhatRefuses() public {
        hostile.mint(user, USDC);
        vm.prank(user);
        hostile.approve(address(sessions), USDC);
        hostile.callBack(address(sessions), abi.encodeCall(sessions.payOut, (node)));
        vm.prank(user);
        sessions.deposit(USDC);
        assertEq(
            hostile.failure(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }
}
