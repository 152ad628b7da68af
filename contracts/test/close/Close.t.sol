// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, SkipReason} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {BlacklistToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Closing after the challenge window, without the node.
contract CloseTest is SessionsTest {
    function setUp() public override {
        super.setUp();
        _open(10 * USDC);
    }

    function test_byTheUserRefundsToAnyAddress() public {
        address to = makeAddr("elsewhere");
        _settle(_item(3 * USDC));
        _stop();
        skip(WINDOW);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Closed(id, user, node, 3 * USDC, 7 * USDC, to, false);
        vm.prank(user);
        assertEq(sessions.close(node, session, to), 7 * USDC);
        assertEq(token.balanceOf(to), 7 * USDC);
        assertEq(sessions.stream(id).flags, 3);
    }

    function test_byAnyoneRefundsToTheUsersFreeBalance() public {
        _stop();
        skip(WINDOW);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Closed(id, user, node, 0, 10 * USDC, user, true);
        vm.prank(relayer);
        assertEq(sessions.closeFor(user, node, session), 10 * USDC);
        assertEq(sessions.balanceOf(user), 10 * USDC);
    }

    function test_withNothingLeftMovesNothing() public {
        _settle(_item(10 * USDC));
        _stop();
        skip(WINDOW);
        vm.prank(user);
        assertEq(sessions.close(node, session, user), 0);
    }

    function test_Pitfall17_aReceiptThatComesInTheWindowIsPaid() public {
        _stop();
        skip(WINDOW - 1);
        _settle(_item(4 * USDC));
        skip(1);
        assertEq(sessions.closeFor(user, node, session), 6 * USDC);
    }

    function test_Pitfall04_nothingIsPaidAfterTheClose() public {
        _stop();
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, 0, SkipReason.CLOSED);
        _settle(_item(4 * USDC));
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotClosable.selector, id);
        vm.expectRevert(refusal);
        sessions.closeFor(user, node, session);
        vm.prank(user);
        vm.expectRevert(refusal);
        sessions.close(node, session, user);
        assertEq(sessions.balanceOf(user), 10 * USDC);
    }

    function test_Pitfall10_aBlockedNodeHoldsNoRefundUp() public {
        BlacklistToken blacklist = new BlacklistToken();
        sessions = _deploy(address(blacklist), 6);
        blacklist.mint(user, 10 * USDC);
        vm.prank(user);
        blacklist.approve(address(sessions), 10 * USDC);
        _open(10 * USDC);
        blacklist.block_(node);
        _stop();
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        vm.prank(user);
        sessions.withdraw(user, 10 * USDC);
        assertEq(blacklist.balanceOf(user), 10 * USDC);
    }

    function test_Pitfall16_cannotBePaused() public {
        vm.prank(guardian);
        sessions.pauseInflows();
        _settle(_item(USDC));
        _stop();
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        vm.prank(user);
        sessions.withdraw(user, 9 * USDC);
        assertEq(token.balanceOf(address(sessions)), USDC);
    }

    function test_revertsWhen_notStopped() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotStopped.selector, id);
        skip(365 days);
        vm.expectRevert(refusal);
        sessions.closeFor(user, node, session);
        vm.prank(user);
        vm.expectRevert(refusal);
        sessions.close(node, session, user);
    }

    function test_Pitfall17_revertsWhen_theWindowIsStillOpen() public {
        _stop();
        uint256 closableAt = _now() + WINDOW;
        skip(WINDOW - 1);
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_WindowOpen.selector, id, closableAt);
        vm.expectRevert(refusal);
        sessions.closeFor(user, node, session);
        vm.prank(user);
        vm.expectRevert(refusal);
        sessions.close(node, session, user);
    }

    function test_revertsWhen_neverOpened() public {
        bytes32 other = sessions.streamId(user, node, makeAddr("never"));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotClosable.selector, other));
        sessions.closeFor(user, node, makeAddr("never"));
    }

    function test_revertsWhen_theRefundWouldBeLost() public {
        _stop();
        skip(WINDOW);
        vm.startPrank(user);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.close(node, session, address(0));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(sessions)));
        sessions.close(node, session, address(sessions));
    }
}
