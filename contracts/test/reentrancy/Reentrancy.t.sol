// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {CallbackToken} from "../mocks/OddTokens.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title A token that calls back gains nothing, even though USDC does not: money that comes in by allowance is booked
/// after it came, money that goes out is booked out before and guarded.
contract ReentrancyTest is SessionsTest {
    CallbackToken private hostile;
    Wallet private attacker;
    address private victim = makeAddr("victim");

    function setUp() public override {
        super.setUp();
        hostile = new CallbackToken();
        sessions = _deploy(address(hostile), 6);
        attacker = new Wallet(user);
        hostile.mint(address(attacker), 10 * USDC);
        _asAttacker(address(hostile), abi.encodeCall(hostile.approve, (address(sessions), type(uint256).max)));
        // Other people's money, which is what there would be to take.
        hostile.mint(victim, 100 * USDC);
        vm.startPrank(victim);
        hostile.approve(address(sessions), type(uint256).max);
        sessions.deposit(100 * USDC);
        vm.stopPrank();
    }

    function _asAttacker(address target, bytes memory data) private {
        attacker.execute(target, data);
    }

    function _callBack(bytes memory data) private {
        hostile.callBack(address(attacker), abi.encodeCall(attacker.execute, (address(sessions), data)));
    }

    /// @dev What the contract owes to all of them, to the unit.
    function _assertSolvent(bytes32 stream) private view {
        uint256 owed = sessions.balanceOf(address(attacker)) + sessions.balanceOf(victim)
            + sessions.nodeAccount(node).balance + sessions.nodeAccount(node).pendingFees
            + sessions.stream(stream).deposit - sessions.stream(stream).settled;
        assertEq(hostile.balanceOf(address(sessions)), owed);
        assertEq(sessions.balanceOf(victim), 100 * USDC);
    }

    function _attackersStream() private view returns (bytes32) {
        return sessions.streamId(address(attacker), node, session);
    }

    function _attackersItem(uint96 cumulative) private view returns (bytes memory) {
        return _item(
            sessionPk,
            ReceiptData({user: address(attacker), node: node, cumulative: cumulative, rate: 0, start: 0, until: 0})
        );
    }

    function test_Pitfall09_aNestedDepositIsNotCountedTwice() public {
        _callBack(abi.encodeCall(sessions.deposit, (USDC)));
        _asAttacker(address(sessions), abi.encodeCall(sessions.deposit, (USDC)));
        // Two transfers, two credits.
        assertEq(sessions.balanceOf(address(attacker)), 2 * USDC);
        assertEq(hostile.balanceOf(address(attacker)), 8 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_aDepositThatHasNotArrivedCannotBeWithdrawn() public {
        _callBack(abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        _asAttacker(address(sessions), abi.encodeCall(sessions.deposit, (USDC)));
        assertEq(sessions.balanceOf(address(attacker)), USDC);
        assertEq(hostile.balanceOf(address(attacker)), 9 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_aNestedOpeningOfTheSameStreamUndoesBoth() public {
        bytes memory opening = abi.encodeCall(sessions.open, (node, session, USDC));
        _callBack(opening);
        vm.expectRevert();
        _asAttacker(address(sessions), opening);
        assertEq(sessions.stream(_attackersStream()).deposit, 0);
        assertEq(hostile.balanceOf(address(attacker)), 10 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_aStreamWhoseDepositHasNotArrivedPaysNothing() public {
        _callBack(abi.encodeCall(sessions.settle, (node, _attackersItem(USDC))));
        _asAttacker(address(sessions), abi.encodeCall(sessions.open, (node, session, USDC)));
        assertEq(sessions.nodeAccount(node).balance, 0);
        assertEq(_settledOf(_attackersStream()), 0);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_aTopUpThatHasNotArrivedPaysNothing() public {
        _asAttacker(address(sessions), abi.encodeCall(sessions.open, (node, session, USDC)));
        _callBack(abi.encodeCall(sessions.settle, (node, _attackersItem(3 * USDC))));
        _asAttacker(address(sessions), abi.encodeCall(sessions.topUp, (address(attacker), node, session, 2 * USDC)));
        assertEq(_settledOf(_attackersStream()), USDC);
        assertEq(sessions.stream(_attackersStream()).deposit, 3 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_nestedTopUpsAreBothCounted() public {
        _asAttacker(address(sessions), abi.encodeCall(sessions.open, (node, session, USDC)));
        bytes memory adding = abi.encodeCall(sessions.topUp, (address(attacker), node, session, 2 * USDC));
        _callBack(adding);
        _asAttacker(address(sessions), adding);
        assertEq(sessions.stream(_attackersStream()).deposit, 5 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall07_aStopInTheMiddleOfATopUpIsNotUndone() public {
        _asAttacker(address(sessions), abi.encodeCall(sessions.open, (node, session, USDC)));
        _callBack(abi.encodeCall(sessions.stop, (node, session)));
        vm.expectRevert();
        _asAttacker(address(sessions), abi.encodeCall(sessions.topUp, (address(attacker), node, session, USDC)));
        assertEq(sessions.stream(_attackersStream()).deposit, USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_aWithdrawalCannotBeNested() public {
        _asAttacker(address(sessions), abi.encodeCall(sessions.deposit, (5 * USDC)));
        _callBack(abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        _asAttacker(address(sessions), abi.encodeCall(sessions.withdraw, (address(attacker), USDC)));
        assertEq(sessions.balanceOf(address(attacker)), 4 * USDC);
        _assertSolvent(_attackersStream());
    }

    function test_Pitfall09_theGuardIsWhatRefusesAWayOutInsideAnother() public {
        hostile.callBack(address(sessions), abi.encodeCall(sessions.payOut, (node)));
        vm.prank(victim);
        sessions.withdraw(victim, USDC);
        assertEq(
            hostile.failure(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_Pitfall09_aWayOutInsideADepositPaysOnlyWhatWasDueBefore() public {
        hostile.callBack(address(sessions), abi.encodeCall(sessions.payOut, (node)));
        _asAttacker(address(sessions), abi.encodeCall(sessions.deposit, (USDC)));
        assertEq(hostile.failure(), abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NothingToPay.selector, node));
        _assertSolvent(_attackersStream());
    }
}
