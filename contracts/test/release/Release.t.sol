// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, SkipReason} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title The node settles and refunds in one.
contract ReleaseTest is SessionsTest {
    function setUp() public override {
        super.setUp();
        _open(10 * USDC);
    }

    function _release(bytes memory items) private {
        vm.prank(node);
        sessions.release(items);
    }

    function test_settlesAndRefunds() public {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Settled(id, user, 3 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Closed(id, user, node, 3 * USDC, 7 * USDC, user, true);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.NodeCredited(node, 3 * USDC - 30_000, 30_000);
        _release(_releaseItem(sessionPk, _bytesReceipt(3 * USDC)));
        assertEq(sessions.balanceOf(user), 7 * USDC);
        assertEq(sessions.stream(id).flags, 3);
    }

    function test_withoutUseRefundsEverything() public {
        _release(_releaseNothing(user, session));
        assertEq(sessions.balanceOf(user), 10 * USDC);
        assertEq(sessions.nodeAccount(node).balance, 0);
    }

    function test_paysALeaseOfWhichNothingWasClaimedBefore() public {
        bytes memory item = _releaseItem(sessionPk, _lease(0, 1e12, _now(), _now() + 1 days));
        skip(1000);
        _release(item);
        assertEq(_settledOf(id), 1000);
        assertEq(sessions.balanceOf(user), 10 * USDC - 1000);
    }

    function test_keepsWhatWasSettledBefore() public {
        _settle(_item(3 * USDC));
        _release(_releaseItem(sessionPk, _bytesReceipt(2 * USDC)));
        assertEq(_settledOf(id), 3 * USDC);
        assertEq(sessions.balanceOf(user), 7 * USDC);
    }

    function test_aWholeBatchTakesOneCredit() public {
        bytes memory items;
        for (uint256 i = 1; i <= 3; ++i) {
            vm.prank(user);
            sessions.open(node, vm.addr(i), 2 * USDC);
            items = bytes.concat(items, _releaseItem(i, _bytesReceipt(USDC)));
        }
        _release(items);
        assertEq(sessions.balanceOf(user), 3 * USDC);
        assertEq(sessions.nodeAccount(node).balance, 3 * USDC - 30_000);
    }

    function test_worksOnAStoppedStream() public {
        _stop();
        _release(_releaseItem(sessionPk, _bytesReceipt(USDC)));
        assertEq(sessions.balanceOf(user), 9 * USDC);
    }

    function test_Pitfall08_skipsAClosedStreamAndGoesOn() public {
        vm.prank(user);
        sessions.open(node, vm.addr(1), 2 * USDC);
        bytes memory items = bytes.concat(
            _releaseItem(sessionPk, _bytesReceipt(USDC)),
            _releaseItem(sessionPk, _bytesReceipt(2 * USDC)),
            _releaseNothing(user, makeAddr("never")),
            _releaseItem(1, _bytesReceipt(USDC))
        );
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, 1, SkipReason.CLOSED);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, 2, SkipReason.NO_STREAM);
        _release(items);
        assertEq(sessions.balanceOf(user), 10 * USDC);
        assertEq(_settledOf(id), USDC);
    }

    function test_leavesAStreamOpenWhenItsReceiptIsBad() public {
        bytes memory item = _releaseItem(sessionPk, _bytesReceipt(USDC));
        item[133] ^= 0x01;
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, 0, SkipReason.BAD_SIGNATURE);
        _release(item);
        assertEq(sessions.stream(id).flags, 1);
        _settle(_item(USDC));
        assertEq(_settledOf(id), USDC);
    }

    function test_Pitfall01_anotherNodeReleasesNothing() public {
        vm.prank(makeAddr("other node"));
        sessions.release(_releaseItem(sessionPk, _bytesReceipt(USDC)));
        assertEq(sessions.stream(id).flags, 1);
    }

    function test_revertsWhen_theItemsAreNotWhole() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadItemsLength.selector, 114, 134));
        _release(_item(USDC));
    }
}
