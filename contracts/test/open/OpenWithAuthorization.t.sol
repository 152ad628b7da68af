// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, OpenIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {TestUSDC} from "../../src/testing/TestUSDC.sol";
import {AuthorizationTest} from "../utils/AuthorizationTest.sol";

/// @title Opening by EIP-3009: one signature of the user, no native coin, sent by anyone.
contract OpenWithAuthorizationTest is AuthorizationTest {
    function _intent() private view returns (OpenIntent memory) {
        return
            OpenIntent({
                user: user, node: node, sessionKey: session, deposit: 10 * USDC, relayFee: 20_000, feeTo: relayer
            });
    }

    function _signIntent(OpenIntent memory intent, uint256 validBefore) private view returns (bytes memory) {
        uint256 value = uint256(intent.deposit) + intent.relayFee;
        return _authorize(userKey, value, validBefore, _hashOpenIntent(intent));
    }

    function _openIt(OpenIntent memory intent) private {
        uint256 validBefore = _now() + 5 minutes;
        bytes memory signature = _signIntent(intent, validBefore);
        vm.prank(relayer);
        sessions.openWithAuthorization(intent, 0, validBefore, signature);
    }

    function test_takesDepositAndFeeFromTheWallet() public {
        uint256 before = token.balanceOf(user);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Opened(id, user, node, session, 10 * USDC, false);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Deposited(user, user, 20_000);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.RelayFeePaid(user, relayer, 20_000);
        _openIt(_intent());
        assertEq(sessions.stream(id).deposit, 10 * USDC);
        assertEq(token.balanceOf(user), before - 10 * USDC - 20_000);
        assertEq(sessions.balanceOf(relayer), 20_000);
        assertEq(sessions.balanceOf(user), 0);
    }

    function test_withoutAFeeNeedsNobodyToPayItTo() public {
        OpenIntent memory intent = _intent();
        intent.relayFee = 0;
        intent.feeTo = address(0);
        _openIt(intent);
        assertEq(sessions.stream(id).deposit, 10 * USDC);
    }

    function test_Pitfall19_theFeeGoesToWhomTheUserNamedWhoeverSendsIt() public {
        uint256 validBefore = _now() + 5 minutes;
        bytes memory signature = _signIntent(_intent(), validBefore);
        vm.prank(makeAddr("copier"));
        sessions.openWithAuthorization(_intent(), 0, validBefore, signature);
        assertEq(sessions.balanceOf(relayer), 20_000);
        assertEq(sessions.balanceOf(makeAddr("copier")), 0);
    }

    function test_Pitfall13_cannotBeTurnedIntoAPlainDeposit() public {
        uint256 validBefore = _now() + 5 minutes;
        OpenIntent memory intent = _intent();
        bytes memory signature = _signIntent(intent, validBefore);
        uint256 value = uint256(intent.deposit) + intent.relayFee;
        address thief = makeAddr("thief");
        bytes memory refusal = abi.encodeWithSelector(TestUSDC.TestUSDC_BadSignature.selector, user);
        vm.startPrank(thief);
        vm.expectRevert(refusal);
        sessions.depositWithAuthorization(user, thief, value, _hashOpenIntent(intent), 0, validBefore, signature);
        vm.expectRevert(refusal);
        sessions.depositWithAuthorization(user, user, value, 0, 0, validBefore, signature);
        // Nor can it be taken to the token itself, where only the payee may present it.
        (bytes32 r, bytes32 s, uint8 v) = _split(signature);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NotPayee.selector, thief, address(sessions)));
        token.receiveWithAuthorization(user, address(sessions), value, 0, validBefore, _hashOpenIntent(intent), v, r, s);
        vm.expectRevert(refusal);
        token.transferWithAuthorization(
            user, address(sessions), value, 0, validBefore, _hashOpenIntent(intent), v, r, s
        );
    }

    function test_Pitfall13_everyFieldOfTheIntentIsBound() public {
        uint256 validBefore = _now() + 5 minutes;
        bytes memory signature = _signIntent(_intent(), validBefore);
        OpenIntent[5] memory changed = [_intent(), _intent(), _intent(), _intent(), _intent()];
        changed[0].node = makeAddr("other node");
        changed[1].sessionKey = makeAddr("other key");
        changed[2].feeTo = makeAddr("thief");
        (changed[3].deposit, changed[3].relayFee) = (changed[3].deposit - 1, changed[3].relayFee + 1);
        changed[4].deposit += 1;
        for (uint256 i; i < changed.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_BadSignature.selector, user));
            sessions.openWithAuthorization(changed[i], 0, validBefore, signature);
        }
        // Another payer: the token asks for that account's signature.
        OpenIntent memory other = _intent();
        other.user = makeAddr("other user");
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_BadSignature.selector, other.user));
        sessions.openWithAuthorization(other, 0, validBefore, signature);
        // As it was signed, it opens.
        sessions.openWithAuthorization(_intent(), 0, validBefore, signature);
        assertEq(sessions.stream(id).deposit, 10 * USDC);
    }

    function test_revertsWhen_sentTwice() public {
        _openIt(_intent());
        uint256 validBefore = _now() + 5 minutes;
        bytes memory signature = _signIntent(_intent(), validBefore);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_AlreadyOpened.selector, id));
        sessions.openWithAuthorization(_intent(), 0, validBefore, signature);
    }

    function test_revertsWhen_validForTooLong() public {
        uint256 latest = _now() + sessions.SIGNED_LIFETIME();
        bytes memory signature = _signIntent(_intent(), latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_DeadlineTooFar.selector, latest + 1, latest));
        sessions.openWithAuthorization(_intent(), 0, latest + 1, signature);
    }

    function test_revertsWhen_expired() public {
        uint256 validBefore = _now() + 5 minutes;
        bytes memory signature = _signIntent(_intent(), validBefore);
        skip(5 minutes + 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_Expired.selector, validBefore));
        sessions.openWithAuthorization(_intent(), 0, validBefore, signature);
    }

    function test_revertsWhen_aFeeHasNobodyToGoTo() public {
        OpenIntent memory intent = _intent();
        intent.feeTo = address(0);
        bytes memory signature = _signIntent(intent, _now() + 60);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.openWithAuthorization(intent, 0, _now() + 60, signature);
    }

    function test_revertsWhen_theDepositIsZero() public {
        OpenIntent memory intent = _intent();
        intent.deposit = 0;
        bytes memory signature = _signIntent(intent, _now() + 60);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.openWithAuthorization(intent, 0, _now() + 60, signature);
    }

    function test_Pitfall06_revertsWhen_theSignatureHasNot65Bytes() public {
        uint256 validBefore = _now() + 60;
        bytes32 digest = _authorizationDigest(user, 10_020_000, validBefore, _hashOpenIntent(_intent()));
        bytes memory compact = _compact(userKey, digest);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.openWithAuthorization(_intent(), 0, validBefore, compact);
    }
}
