// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, OpenFromBalance} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Opening from the free balance by signature.
contract OpenBySigTest is SessionsTest {
    function setUp() public override {
        super.setUp();
        _deposit(20 * USDC);
    }

    function _intent() private view returns (OpenFromBalance memory) {
        return OpenFromBalance({
            user: user,
            node: node,
            sessionKey: session,
            deposit: 10 * USDC,
            relayFee: 20_000,
            feeTo: relayer,
            deadline: _now() + 5 minutes
        });
    }

    function _signIntent(uint256 key, OpenFromBalance memory intent) private view returns (bytes memory) {
        return _sign(key, _sessionsDigest(_hashOpenFromBalance(intent)));
    }

    function test_takesDepositAndFeeFromTheFreeBalance() public {
        bytes memory signature = _signIntent(userKey, _intent());
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Opened(id, user, node, session, 10 * USDC, true);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.RelayFeePaid(user, relayer, 20_000);
        vm.prank(makeAddr("anyone"));
        assertEq(sessions.openBySig(_intent(), signature), id);
        assertEq(sessions.balanceOf(user), 10 * USDC - 20_000);
        assertEq(sessions.balanceOf(relayer), 20_000);
    }

    function test_forASmartAccount() public {
        Wallet wallet = new Wallet(user);
        vm.prank(user);
        sessions.depositFor(address(wallet), 20 * USDC);
        OpenFromBalance memory intent = _intent();
        intent.user = address(wallet);
        sessions.openBySig(intent, _signIntent(userKey, intent));
        assertEq(sessions.balanceOf(address(wallet)), 10 * USDC - 20_000);
    }

    function test_Pitfall12_aSignatureForOneWalletOpensNothingForItsSibling() public {
        Wallet first = new Wallet(user);
        Wallet second = new Wallet(user);
        vm.prank(user);
        sessions.depositFor(address(second), 20 * USDC);
        OpenFromBalance memory intent = _intent();
        intent.user = address(first);
        bytes memory signature = _signIntent(userKey, intent);
        intent.user = address(second);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, address(second)));
        sessions.openBySig(intent, signature);
    }

    function test_Pitfall20_aKeyWithCodeStillSigns() public {
        // As after EIP-7702, with code that answers no ERC-1271 question.
        vm.etch(user, hex"00");
        sessions.openBySig(_intent(), _signIntent(userKey, _intent()));
        assertEq(sessions.stream(id).deposit, 10 * USDC);
    }

    function test_revertsWhen_somebodyElseSigned() public {
        bytes memory signature = _signIntent(sessionPk, _intent());
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.openBySig(_intent(), signature);
    }

    function test_Pitfall05_revertsWhen_theSignatureIsForAnotherAction() public {
        bytes memory signature = _sign(userKey, _sessionsDigest(_hashStop(user, node, session)));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.openBySig(_intent(), signature);
    }

    function test_revertsWhen_sentTwice() public {
        bytes memory signature = _signIntent(userKey, _intent());
        sessions.openBySig(_intent(), signature);
        vm.prank(user);
        sessions.deposit(20 * USDC);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_AlreadyOpened.selector, id));
        sessions.openBySig(_intent(), signature);
    }

    function test_revertsWhen_theDeadlineHasPassedOrLiesTooFar() public {
        OpenFromBalance memory intent = _intent();
        bytes memory signature = _signIntent(userKey, intent);
        skip(5 minutes + 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_Expired.selector, intent.deadline));
        sessions.openBySig(intent, signature);

        uint256 latest = _now() + 10 minutes;
        intent.deadline = uint40(latest + 1);
        signature = _signIntent(userKey, intent);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_DeadlineTooFar.selector, latest + 1, latest));
        sessions.openBySig(intent, signature);
    }

    function test_revertsWhen_theBalanceDoesNotCoverTheFee() public {
        OpenFromBalance memory intent = _intent();
        intent.deposit = 20 * USDC;
        bytes memory signature = _signIntent(userKey, intent);
        vm.expectRevert(
            abi.encodeWithSelector(
                IX4PNVpnSessions.Sessions_BalanceTooLow.selector, user, 20 * USDC, 20 * USDC + 20_000
            )
        );
        sessions.openBySig(intent, signature);
    }

    function test_revertsWhen_aFeeHasNobodyToGoTo() public {
        OpenFromBalance memory intent = _intent();
        intent.feeTo = address(0);
        bytes memory signature = _signIntent(userKey, intent);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.openBySig(intent, signature);
    }

    function test_Pitfall22_revertsOnAnotherChain() public {
        bytes memory signature = _signIntent(userKey, _intent());
        vm.chainId(137);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.openBySig(_intent(), signature);
    }
}
