// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Closing at once with the node's signed consent.
contract CloseCooperativeTest is SessionsTest {
    uint96 private constant DEPOSIT = 10 * USDC;

    function setUp() public override {
        super.setUp();
        _open(DEPOSIT);
    }

    function _consentTo(uint96 maxClaim, uint96 deposit, uint40 deadline) private view returns (bytes memory) {
        return _sign(nodeKey, _sessionsDigest(_hashRelease(user, node, session, maxClaim, deposit, deadline)));
    }

    function _close(uint96 maxClaim, bytes memory item) private returns (uint256) {
        uint40 deadline = _now() + 5 minutes;
        bytes memory consent = _consentTo(maxClaim, DEPOSIT, deadline);
        vm.prank(relayer);
        return sessions.closeCooperative(user, node, session, maxClaim, deadline, item, consent);
    }

    function _expectRefusal(uint96 maxClaim, bytes memory item, bytes memory refusal) private {
        uint40 deadline = _now() + 5 minutes;
        bytes memory consent = _consentTo(maxClaim, DEPOSIT, deadline);
        vm.expectRevert(refusal);
        sessions.closeCooperative(user, node, session, maxClaim, deadline, item, consent);
    }

    function test_paysWhatTheNodeNamedAndRefundsTheRestAtOnce() public {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Settled(id, user, 3 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Closed(id, user, node, 3 * USDC, 7 * USDC, user, true);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.NodeCredited(node, 3 * USDC - 30_000, 30_000);
        assertEq(_close(3 * USDC, _item(3 * USDC)), 7 * USDC);
        assertEq(sessions.balanceOf(user), 7 * USDC);
        assertEq(sessions.stream(id).flags, 3);
    }

    function test_Pitfall12_theReleaseLowersWhatTheReceiptClaims() public {
        assertEq(_close(2 * USDC, _item(3 * USDC)), 8 * USDC);
        assertEq(_settledOf(id), 2 * USDC);
    }

    function test_Pitfall12_theReleaseAloneChargesNothing() public {
        _expectRefusal(
            3 * USDC, "", abi.encodeWithSelector(IX4PNVpnSessions.Sessions_ClaimTooLow.selector, 0, 3 * USDC)
        );
    }

    function test_Pitfall12_revertsWhen_theDepositHasChanged() public {
        uint40 deadline = _now() + 5 minutes;
        bytes memory consent = _consentTo(USDC, DEPOSIT, deadline);
        bytes memory item = _item(USDC);
        vm.prank(user);
        sessions.topUp(user, node, session, 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, node));
        sessions.closeCooperative(user, node, session, USDC, deadline, item, consent);
    }

    function test_anOlderReceiptTakesNothingBackFromTheNode() public {
        _expectRefusal(
            3 * USDC,
            _item(2 * USDC),
            abi.encodeWithSelector(IX4PNVpnSessions.Sessions_ClaimTooLow.selector, 2 * USDC, 3 * USDC)
        );
    }

    function test_needsNoReceiptWhenNothingMoreIsDue() public {
        _settle(_item(3 * USDC));
        assertEq(_close(2 * USDC, ""), 7 * USDC);
        assertEq(_settledOf(id), 3 * USDC);
    }

    function test_withoutUseRefundsEverything() public {
        assertEq(_close(0, ""), DEPOSIT);
    }

    function test_neverPaysMoreThanTheDeposit() public {
        assertEq(_close(type(uint96).max, _item(type(uint96).max)), 0);
        assertEq(_settledOf(id), DEPOSIT);
    }

    function test_worksOnAStoppedStream() public {
        ReceiptData memory lease = _lease(0, 1e12, _now(), _now() + 1 days);
        skip(1000);
        _stop();
        skip(1000);
        assertEq(_close(1000, _item(sessionPk, lease)), DEPOSIT - 1000);
    }

    function test_endsTheStreamForEver() public {
        _close(0, "");
        _expectRefusal(0, "", abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotClosable.selector, id));
        _settle(_item(3 * USDC));
        assertEq(_settledOf(id), 0);
    }

    function test_revertsWhen_neverOpened() public {
        address never = makeAddr("never");
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNVpnSessions.Sessions_NotClosable.selector, sessions.streamId(user, node, never))
        );
        sessions.closeCooperative(user, node, never, 0, _now(), "", "");
    }

    function test_revertsWhen_theNodeDidNotSign() public {
        uint40 deadline = _now() + 60;
        bytes32 digest = _sessionsDigest(_hashRelease(user, node, session, 0, DEPOSIT, deadline));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, node));
        sessions.closeCooperative(user, node, session, 0, deadline, "", _sign(userKey, digest));
    }

    function test_revertsWhen_theNodeIsAContract() public {
        Wallet wallet = new Wallet(node);
        vm.prank(user);
        sessions.open(address(wallet), session, DEPOSIT);
        uint40 deadline = _now() + 60;
        bytes32 digest = _sessionsDigest(_hashRelease(user, address(wallet), session, 0, DEPOSIT, deadline));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, address(wallet)));
        sessions.closeCooperative(user, address(wallet), session, 0, deadline, "", _sign(nodeKey, digest));
    }

    function test_revertsWhen_theDeadlineHasPassedOrLiesTooFar() public {
        uint40 latest = _now() + 10 minutes;
        bytes memory consent = _consentTo(0, DEPOSIT, latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_DeadlineTooFar.selector, latest + 1, latest));
        sessions.closeCooperative(user, node, session, 0, latest + 1, "", consent);
        skip(10 minutes + 2);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_Expired.selector, latest + 1));
        sessions.closeCooperative(user, node, session, 0, latest + 1, "", consent);
    }

    function test_revertsWhen_theItemIsAnothers() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, session);
        _expectRefusal(USDC, _item(userKey, _bytesReceipt(USDC)), refusal);
        ReceiptData memory foreign = _bytesReceipt(USDC);
        foreign.user = makeAddr("other user");
        _expectRefusal(USDC, _item(sessionPk, foreign), refusal);
        // A receipt of this stream behind another user's name.
        bytes memory renamed = _item(USDC);
        renamed[0] ^= 0x01;
        _expectRefusal(USDC, renamed, refusal);
    }

    function test_revertsWhen_theItemIsNotOneItem() public {
        bytes memory two = bytes.concat(_item(USDC), _item(USDC));
        _expectRefusal(USDC, two, abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadItemsLength.selector, 228, 114));
    }

    function testFuzz_theOutcomeDoesNotDependOnTheReceiptAttached(uint96 maxClaim, uint96 settled, uint96 claim)
        public
    {
        settled = uint96(bound(settled, 0, DEPOSIT));
        maxClaim = uint96(bound(maxClaim, 0, 2 * DEPOSIT));
        uint96 due = maxClaim < DEPOSIT ? maxClaim : DEPOSIT;
        claim = uint96(bound(claim, due, type(uint96).max));
        _settle(_item(settled));
        uint256 refund = _close(maxClaim, _item(claim));
        assertEq(_settledOf(id), due > settled ? due : settled);
        assertEq(refund + _settledOf(id), DEPOSIT);
    }
}
