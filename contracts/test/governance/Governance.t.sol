// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IX4PNVpnSessions, OpenFromBalance, OpenIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title The only privileged calls: fee, treasury, a pause of inflows.
contract GovernanceTest is SessionsTest {
    function test_aFeeTakesEffectAfterItsDelay() public {
        uint256 effectiveAt = _now() + 7 days;
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.FeeScheduled(300, effectiveAt);
        vm.prank(admin);
        sessions.setFee(300);
        skip(7 days - 1);
        assertEq(sessions.feeBps(), FEE_BPS);
        skip(1);
        assertEq(sessions.feeBps(), 300);
        _open(10 * USDC);
        _settle(_item(USDC));
        assertEq(sessions.nodeAccount(node).pendingFees, 30_000);
    }

    function test_aLaterFeeReplacesOneThatIsNotInForce() public {
        vm.startPrank(admin);
        sessions.setFee(500);
        skip(6 days);
        sessions.setFee(0);
        skip(6 days);
        assertEq(sessions.feeBps(), FEE_BPS);
        skip(1 days);
        assertEq(sessions.feeBps(), 0);
        sessions.setFee(200);
        assertEq(sessions.feeBps(), 0);
    }

    function test_withoutAFeeTheNodeGetsEverything() public {
        vm.prank(admin);
        sessions.setFee(0);
        skip(7 days);
        _open(10 * USDC);
        _settle(_item(USDC));
        assertEq(sessions.nodeAccount(node).balance, USDC);
    }

    function test_revertsWhen_theFeeIsAboveItsCap() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_FeeAboveCap.selector, 501, 500));
        sessions.setFee(501);
    }

    function test_aTreasuryTakesEffectAfterItsDelay() public {
        address next = makeAddr("next treasury");
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.TreasuryScheduled(next, _now() + 7 days);
        vm.prank(admin);
        sessions.setTreasury(next);
        skip(7 days - 1);
        assertEq(sessions.treasury(), treasury);
        skip(1);
        assertEq(sessions.treasury(), next);
    }

    function test_revertsWhen_theTreasuryCouldNotBePaid() public {
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.setTreasury(address(0));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(sessions)));
        sessions.setTreasury(address(sessions));
    }

    function test_revertsWhen_theCallerHasNoRole() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian);
        vm.startPrank(guardian);
        vm.expectRevert(refusal);
        sessions.setFee(0);
        vm.expectRevert(refusal);
        sessions.setTreasury(guardian);
        vm.stopPrank();
        vm.startPrank(user);
        refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, user);
        vm.expectRevert(refusal);
        sessions.pauseInflows();
        vm.expectRevert(refusal);
        sessions.unpauseInflows();
    }

    function test_Pitfall16_aPauseRefusesEveryInflowAndEndsByItself() public {
        _deposit(10 * USDC);
        _open(USDC);
        uint256 until = _now() + 7 days;
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.InflowsPaused(until);
        vm.prank(guardian);
        sessions.pauseInflows();
        assertEq(sessions.inflowsPausedUntil(), until);

        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_InflowsPaused.selector, until);
        OpenIntent memory intent;
        OpenFromBalance memory fromBalance;
        vm.startPrank(user);
        vm.expectRevert(refusal);
        sessions.deposit(1);
        vm.expectRevert(refusal);
        sessions.depositFor(user, 1);
        vm.expectRevert(refusal);
        sessions.depositWithPermit(1, 0, 0, 0, 0);
        vm.expectRevert(refusal);
        sessions.depositWithAuthorization(user, user, 1, 0, 0, 0, "");
        vm.expectRevert(refusal);
        sessions.open(node, session, 1);
        vm.expectRevert(refusal);
        sessions.openFromBalance(node, session, 1);
        vm.expectRevert(refusal);
        sessions.openWithAuthorization(intent, 0, 0, "");
        vm.expectRevert(refusal);
        sessions.openBySig(fromBalance, "");
        vm.expectRevert(refusal);
        sessions.topUp(user, node, session, 1);
        vm.expectRevert(refusal);
        sessions.topUpFromBalance(node, session, 1);

        skip(7 days);
        sessions.deposit(1);
    }

    function test_Pitfall16_aPauseStopsNothingElse() public {
        _deposit(10 * USDC);
        _open(10 * USDC);
        _register();
        vm.prank(guardian);
        sessions.pauseInflows();
        _settle(_item(USDC));
        sessions.payOut(node);
        vm.prank(user);
        sessions.withdraw(user, USDC);
        vm.prank(node);
        sessions.release(_releaseItem(sessionPk, _bytesReceipt(2 * USDC)));
        assertEq(sessions.balanceOf(user), 17 * USDC);
    }

    function test_aPauseCannotBeProlongedWhileItRuns() public {
        vm.startPrank(guardian);
        sessions.pauseInflows();
        uint256 until = sessions.inflowsPausedUntil();
        skip(6 days);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_InflowsPaused.selector, until));
        sessions.pauseInflows();
    }

    function test_aPauseCanBeEndedEarly() public {
        vm.startPrank(guardian);
        sessions.pauseInflows();
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.InflowsUnpaused();
        sessions.unpauseInflows();
        vm.stopPrank();
        _deposit(1);
    }
}
