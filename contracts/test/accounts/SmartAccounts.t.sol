// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, OpenFromBalance, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {FickleWallet, TwoOfThree} from "../mocks/SmartAccounts.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Users that are contracts: one with three owners, and one that changes its mind.
contract SmartAccountsTest is SessionsTest {
    TwoOfThree private wallet;
    FickleWallet private fickle;
    uint256[3] private keys;

    function setUp() public override {
        super.setUp();
        keys = [uint256(11), 12, 13];
        // In the order of their addresses, as Safes want it.
        for (uint256 i; i < 2; ++i) {
            for (uint256 j; j < 2; ++j) {
                if (vm.addr(keys[j]) > vm.addr(keys[j + 1])) (keys[j], keys[j + 1]) = (keys[j + 1], keys[j]);
            }
        }
        wallet = new TwoOfThree([vm.addr(keys[0]), vm.addr(keys[1]), vm.addr(keys[2])]);
        fickle = new FickleWallet();
        vm.startPrank(user);
        sessions.depositFor(address(wallet), 30 * USDC);
        sessions.depositFor(address(fickle), 30 * USDC);
        vm.stopPrank();
    }

    function _both(uint256 first, uint256 second, bytes32 structHash) private view returns (bytes memory) {
        bytes32 digest = _sessionsDigest(structHash);
        return bytes.concat(_sign(first, digest), _sign(second, digest));
    }

    function _opening(address from) private view returns (OpenFromBalance memory) {
        return OpenFromBalance({
            user: from,
            node: node,
            sessionKey: session,
            deposit: 10 * USDC,
            relayFee: USDC,
            feeTo: relayer,
            deadline: _now() + 60
        });
    }

    function _withdrawal(address from, uint96 amount) private view returns (WithdrawIntent memory) {
        return WithdrawIntent({
            user: from, to: payout, amount: amount, relayFee: 0, feeTo: address(0), deadline: _now(), salt: 0
        });
    }

    function test_twoOfThreeOpenStopAndWithdrawBySignatureAlone() public {
        OpenFromBalance memory opening = _opening(address(wallet));
        sessions.openBySig(opening, _both(keys[0], keys[2], _hashOpenFromBalance(opening)));
        bytes32 stopping = _hashStop(address(wallet), node, session);
        sessions.stopBySig(address(wallet), node, session, _both(keys[1], keys[2], stopping));
        skip(WINDOW);
        sessions.closeFor(address(wallet), node, session);
        WithdrawIntent memory withdrawal = _withdrawal(address(wallet), 29 * USDC);
        sessions.withdrawBySig(withdrawal, _both(keys[0], keys[1], _hashWithdrawIntent(withdrawal)));
        assertEq(token.balanceOf(payout), 29 * USDC);
        assertEq(sessions.balanceOf(relayer), USDC);
    }

    function test_twoOfThreeDoTheSameByTransactions() public {
        wallet.execute(address(sessions), abi.encodeCall(sessions.openFromBalance, (node, session, 10 * USDC)));
        wallet.execute(address(sessions), abi.encodeCall(sessions.topUpFromBalance, (node, session, USDC)));
        wallet.execute(address(sessions), abi.encodeCall(sessions.stop, (node, session)));
        skip(WINDOW);
        wallet.execute(address(sessions), abi.encodeCall(sessions.close, (node, session, payout)));
        assertEq(token.balanceOf(payout), 11 * USDC);
    }

    function test_oneOwnerAloneOrTwiceSignsNothing() public {
        OpenFromBalance memory opening = _opening(address(wallet));
        bytes32 structHash = _hashOpenFromBalance(opening);
        bytes[3] memory few = [
            _sign(keys[0], _sessionsDigest(structHash)),
            _both(keys[0], keys[0], structHash),
            _both(keys[0], userKey, structHash)
        ];
        for (uint256 i; i < few.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, address(wallet)));
            sessions.openBySig(opening, few[i]);
        }
    }

    function test_Pitfall12_aWalletThatTakesItsWordBackDoesNotTakeTheNodesMoneyBack() public {
        sessions.openBySig(_opening(address(fickle)), "");
        fickle.setMood(FickleWallet.Mood.NO);
        ReceiptData memory receipt =
            ReceiptData({user: address(fickle), node: node, cumulative: 4 * USDC, rate: 0, start: 0, until: 0});
        _settle(_item(sessionPk, receipt));
        assertEq(_settledOf(sessions.streamId(address(fickle), node, session)), 4 * USDC);
    }

    function test_everyWayOfSayingNoIsANo() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, address(fickle));
        sessions.openBySig(_opening(address(fickle)), "");
        WithdrawIntent memory withdrawal = _withdrawal(address(fickle), USDC);
        for (uint256 mood = 1; mood <= uint256(type(FickleWallet.Mood).max); ++mood) {
            fickle.setMood(FickleWallet.Mood(mood));
            vm.expectRevert(refusal);
            sessions.stopBySig(address(fickle), node, session, "");
            vm.expectRevert(refusal);
            sessions.withdrawBySig(withdrawal, "");
        }
        assertEq(sessions.balanceOf(address(fickle)), 19 * USDC);
        fickle.setMood(FickleWallet.Mood.YES);
        sessions.withdrawBySig(withdrawal, "");
        assertEq(token.balanceOf(payout), USDC);
    }
}
