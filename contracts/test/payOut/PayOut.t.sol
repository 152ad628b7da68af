// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {BlacklistToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title What nodes and the treasury are paid, and where to.
contract PayOutTest is SessionsTest {
    uint96 private constant INCOME = 3 * USDC - 30_000;

    function setUp() public override {
        super.setUp();
        _open(10 * USDC);
        _settle(_item(3 * USDC));
    }

    function test_goesToTheRegisteredPayoutWhoeverCalls() public {
        _register();
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.PaidOut(node, payout, INCOME);
        vm.prank(makeAddr("anyone"));
        assertEq(sessions.payOut(node), INCOME);
        assertEq(token.balanceOf(payout), INCOME);
        assertEq(sessions.nodeAccount(node).balance, 0);
        // Fees that are not booked yet stay.
        assertEq(sessions.nodeAccount(node).pendingFees, 30_000);
    }

    function test_Pitfall10_aBlockedPayoutBlocksNothingElse() public {
        BlacklistToken strict = new BlacklistToken();
        sessions = _deploy(address(strict), 6);
        strict.mint(user, 10 * USDC);
        vm.prank(user);
        strict.approve(address(sessions), 10 * USDC);
        _open(10 * USDC);
        _register();
        strict.block_(payout);
        _settle(_item(3 * USDC));
        vm.expectRevert("blocked");
        sessions.payOut(node);
        _settle(_item(4 * USDC));
        vm.prank(operator);
        registry.setPayout(node, makeAddr("other payout"));
        sessions.payOut(node);
        assertEq(strict.balanceOf(makeAddr("other payout")), 4 * USDC - 40_000);
    }

    function test_revertsWhen_theNodeHasNoPayout() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NoPayout.selector, node);
        vm.expectRevert(refusal);
        sessions.payOut(node);
        _register();
        vm.prank(operator);
        registry.setPayout(node, address(0));
        vm.expectRevert(refusal);
        sessions.payOut(node);
    }

    function test_revertsWhen_thePayoutIsThisContract() public {
        _register();
        vm.prank(operator);
        registry.setPayout(node, address(sessions));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(sessions)));
        sessions.payOut(node);
    }

    function test_revertsWhen_thereIsNothingToPay() public {
        _register();
        sessions.payOut(node);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NothingToPay.selector, node));
        sessions.payOut(node);
    }

    function test_ofTheTreasuryPaysWhatWasBooked() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NothingToPay.selector, treasury));
        sessions.payTreasury();
        skip(EPOCH);
        sessions.book(node);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.TreasuryPaid(treasury, 30_000);
        assertEq(sessions.payTreasury(), 30_000);
        assertEq(token.balanceOf(treasury), 30_000);
        assertEq(sessions.treasuryBalance(), 0);
    }

    function test_theBalanceSurvivesTheNodesSuccession() public {
        _register();
        (address successor, uint256 key) = makeAddrAndKey("successor");
        uint40 deadline = _now() + 60;
        bytes memory consent = _consent(key, operator, deadline);
        vm.prank(operator);
        registry.succeed(node, successor, deadline, consent);
        _settle(_item(4 * USDC));
        sessions.payOut(node);
        assertEq(token.balanceOf(payout), 4 * USDC - 40_000);
    }
}
