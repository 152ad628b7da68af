// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {BlacklistToken} from "../mocks/OddTokens.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Taking money out of a free balance.
contract WithdrawTest is SessionsTest {
    function setUp() public override {
        super.setUp();
        _deposit(10 * USDC);
    }

    function _intent() private returns (WithdrawIntent memory) {
        return WithdrawIntent({
            user: user,
            to: makeAddr("elsewhere"),
            amount: 4 * USDC,
            relayFee: 20_000,
            feeTo: relayer,
            deadline: _now() + 30 days,
            salt: "salt"
        });
    }

    function _signIntent(uint256 key, WithdrawIntent memory intent) private view returns (bytes memory) {
        return _sign(key, _sessionsDigest(_hashWithdrawIntent(intent)));
    }

    function test_toAnyAddress() public {
        address to = makeAddr("elsewhere");
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Withdrawn(user, to, 4 * USDC);
        vm.prank(user);
        sessions.withdraw(to, 4 * USDC);
        assertEq(token.balanceOf(to), 4 * USDC);
        assertEq(sessions.balanceOf(user), 6 * USDC);
    }

    function test_bySignature() public {
        WithdrawIntent memory intent = _intent();
        bytes memory signature = _signIntent(userKey, intent);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.RelayFeePaid(user, relayer, 20_000);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Withdrawn(user, intent.to, 4 * USDC);
        vm.prank(makeAddr("anyone"));
        sessions.withdrawBySig(intent, signature);
        assertEq(token.balanceOf(intent.to), 4 * USDC);
        assertEq(sessions.balanceOf(relayer), 20_000);
        assertEq(sessions.balanceOf(user), 6 * USDC - 20_000);
        assertTrue(sessions.intentUsed(_sessionsDigest(_hashWithdrawIntent(intent))));
    }

    function test_bySignatureOfASmartAccount() public {
        Wallet wallet = new Wallet(user);
        vm.prank(user);
        sessions.depositFor(address(wallet), 5 * USDC);
        WithdrawIntent memory intent = _intent();
        intent.user = address(wallet);
        sessions.withdrawBySig(intent, _signIntent(userKey, intent));
        assertEq(sessions.balanceOf(address(wallet)), USDC - 20_000);
    }

    function test_Pitfall22_saltsAreIndependentSoNobodyCanBurnAnothersNonce() public {
        WithdrawIntent memory first = _intent();
        WithdrawIntent memory second = _intent();
        second.salt = "other salt";
        sessions.withdrawBySig(second, _signIntent(userKey, second));
        sessions.withdrawBySig(first, _signIntent(userKey, first));
        assertEq(sessions.balanceOf(user), 2 * USDC - 40_000);
    }

    function test_revertsWhen_theIntentWasUsed() public {
        WithdrawIntent memory intent = _intent();
        bytes memory signature = _signIntent(userKey, intent);
        sessions.withdrawBySig(intent, signature);
        bytes32 digest = _sessionsDigest(_hashWithdrawIntent(intent));
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_IntentUsed.selector, digest));
        sessions.withdrawBySig(intent, signature);
    }

    function test_revertsWhen_anyFieldWasChanged() public {
        bytes memory signature = _signIntent(userKey, _intent());
        WithdrawIntent[6] memory changed = [_intent(), _intent(), _intent(), _intent(), _intent(), _intent()];
        changed[0].to = makeAddr("thief");
        changed[1].amount += 1;
        changed[2].relayFee += 1;
        changed[3].feeTo = makeAddr("thief");
        changed[4].deadline += 1;
        changed[5].salt = "other salt";
        for (uint256 i; i < changed.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
            sessions.withdrawBySig(changed[i], signature);
        }
    }

    function test_revertsWhen_expired() public {
        WithdrawIntent memory intent = _intent();
        bytes memory signature = _signIntent(userKey, intent);
        vm.warp(intent.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_Expired.selector, intent.deadline));
        sessions.withdrawBySig(intent, signature);
    }

    function test_worksUntilTheSecondOfItsDeadline() public {
        WithdrawIntent memory intent = _intent();
        bytes memory signature = _signIntent(userKey, intent);
        vm.warp(intent.deadline);
        sessions.withdrawBySig(intent, signature);
        assertEq(token.balanceOf(intent.to), intent.amount);
    }

    function test_revertsWhen_aFeeHasNobodyToGoTo() public {
        WithdrawIntent memory intent = _intent();
        intent.feeTo = address(0);
        bytes memory signature = _signIntent(userKey, intent);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.withdrawBySig(intent, signature);
    }

    function test_revertsWhen_theBalanceIsTooLow() public {
        vm.prank(user);
        vm.expectRevert(
            abi.encodeWithSelector(
                IX4PNVpnSessions.Sessions_BalanceTooLow.selector, user, 10 * USDC, uint256(10 * USDC) + 1
            )
        );
        sessions.withdraw(user, uint256(10 * USDC) + 1);
    }

    function test_revertsWhen_theAmountIsZeroOrWouldBeLost() public {
        vm.startPrank(user);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.withdraw(user, 0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(sessions)));
        sessions.withdraw(address(sessions), 1);
    }

    function test_Pitfall10_aBlockedRelayerOrUserBlocksNobodyElse() public {
        BlacklistToken strict = new BlacklistToken();
        sessions = _deploy(address(strict), 6);
        strict.mint(user, 10 * USDC);
        vm.startPrank(user);
        strict.approve(address(sessions), 10 * USDC);
        sessions.deposit(10 * USDC);
        vm.stopPrank();
        strict.block_(relayer);
        strict.block_(user);
        // The fee is credited, not pushed, and the user may name an address that is not blocked.
        WithdrawIntent memory intent = _intent();
        sessions.withdrawBySig(intent, _signIntent(userKey, intent));
        assertEq(strict.balanceOf(intent.to), 4 * USDC);
        assertEq(sessions.balanceOf(relayer), 20_000);
    }
}
