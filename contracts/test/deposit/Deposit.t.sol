// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {TestUSDC} from "../../src/testing/TestUSDC.sol";
import {FalseToken, FeeOnTransferToken, PlainToken} from "../mocks/OddTokens.sol";
import {AuthorizationTest} from "../utils/AuthorizationTest.sol";

/// @title Adding to a free balance: by allowance, permit, EIP-3009.
contract DepositTest is AuthorizationTest {
    function test_ofOnesOwn() public {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Deposited(user, user, 5 * USDC);
        _deposit(5 * USDC);
        assertEq(sessions.balanceOf(user), 5 * USDC);
        assertEq(token.balanceOf(address(sessions)), 5 * USDC);
    }

    function test_forAnother() public {
        address friend = makeAddr("friend");
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Deposited(friend, user, 5 * USDC);
        vm.prank(user);
        sessions.depositFor(friend, 5 * USDC);
        assertEq(sessions.balanceOf(friend), 5 * USDC);
        assertEq(sessions.balanceOf(user), 0);
    }

    function _permit(uint256 amount, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash =
            keccak256(abi.encode(typeHash, user, address(sessions), amount, token.nonces(user), deadline));
        (v, r, s) = vm.sign(userKey, _digest(token.DOMAIN_SEPARATOR(), structHash));
    }

    function test_withPermit() public {
        vm.prank(user);
        token.approve(address(sessions), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(5 * USDC, _now());
        vm.prank(user);
        sessions.depositWithPermit(5 * USDC, _now(), v, r, s);
        assertEq(sessions.balanceOf(user), 5 * USDC);
    }

    function test_Pitfall13_withAPermitThatSomebodySentAhead() public {
        vm.prank(user);
        token.approve(address(sessions), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(5 * USDC, _now());
        vm.prank(makeAddr("front runner"));
        token.permit(user, address(sessions), 5 * USDC, _now(), v, r, s);
        vm.prank(user);
        sessions.depositWithPermit(5 * USDC, _now(), v, r, s);
        assertEq(sessions.balanceOf(user), 5 * USDC);
    }

    function test_revertsWhen_aPermitIsBadAndThereIsNoAllowance() public {
        vm.startPrank(user);
        token.approve(address(sessions), 0);
        vm.expectRevert();
        sessions.depositWithPermit(5 * USDC, _now(), 27, bytes32(uint256(1)), bytes32(uint256(1)));
    }

    function test_withPermitOnATokenWithoutPermitUsesTheAllowance() public {
        PlainToken plain = new PlainToken(6);
        sessions = _deploy(address(plain), 6);
        plain.mint(user, USDC);
        vm.startPrank(user);
        plain.approve(address(sessions), USDC);
        sessions.depositWithPermit(USDC, _now(), 27, 0, 0);
        assertEq(sessions.balanceOf(user), USDC);
    }

    function test_withAuthorizationSentByAnyone() public {
        address friend = makeAddr("friend");
        bytes32 nonce = _hashDepositIntent(user, friend, 5 * USDC, "salt");
        bytes memory signature = _authorize(userKey, 5 * USDC, _now() + 1 days, nonce);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Deposited(friend, user, 5 * USDC);
        vm.prank(relayer);
        sessions.depositWithAuthorization(user, friend, 5 * USDC, "salt", 0, _now() + 1 days, signature);
        assertEq(sessions.balanceOf(friend), 5 * USDC);

        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NonceUsed.selector, user, nonce));
        sessions.depositWithAuthorization(user, friend, 5 * USDC, "salt", 0, _now() + 1 days, signature);
    }

    function test_Pitfall13_anAuthorizationCreditsOnlyWhomItNames() public {
        bytes32 nonce = _hashDepositIntent(user, user, 5 * USDC, "salt");
        bytes memory signature = _authorize(userKey, 5 * USDC, _now() + 1 days, nonce);
        address thief = makeAddr("thief");
        vm.prank(thief);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_BadSignature.selector, user));
        sessions.depositWithAuthorization(user, thief, 5 * USDC, "salt", 0, _now() + 1 days, signature);
    }

    function test_revertsWhen_theAuthorizationsSignatureHasNot65Bytes() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        sessions.depositWithAuthorization(user, user, USDC, "salt", 0, _now() + 1 days, new bytes(64));
    }

    function test_revertsWhen_theAmountIsZero() public {
        vm.startPrank(user);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.deposit(0);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.depositFor(user, 0);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.depositWithPermit(0, _now(), 27, 0, 0);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        sessions.depositWithAuthorization(user, user, 0, 0, 0, 0, new bytes(65));
    }

    function test_revertsWhen_nobodyCouldTakeItOutAgain() public {
        vm.startPrank(user);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0)));
        sessions.depositFor(address(0), USDC);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(sessions)));
        sessions.depositFor(address(sessions), USDC);
    }

    /// @dev The limit that the interface states, shown: such a token must never be the one.
    function test_Pitfall14_aTokenThatKeepsAFeeIsNotNoticed() public {
        FeeOnTransferToken greedy = new FeeOnTransferToken();
        sessions = _deploy(address(greedy), 6);
        greedy.mint(user, 10 * USDC);
        vm.startPrank(user);
        greedy.approve(address(sessions), 10 * USDC);
        sessions.deposit(USDC);
        assertEq(sessions.balanceOf(user), USDC);
        assertEq(greedy.balanceOf(address(sessions)), USDC - 1);
    }

    function test_Pitfall14_revertsWhen_theTokenReturnsFalse() public {
        FalseToken refusing = new FalseToken();
        sessions = _deploy(address(refusing), 6);
        bytes memory refusal = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(refusing));
        vm.startPrank(user);
        vm.expectRevert(refusal);
        sessions.deposit(USDC);
        vm.expectRevert(refusal);
        sessions.open(node, session, USDC);
        vm.expectRevert(refusal);
        sessions.topUp(user, node, session, USDC);
    }
}
