// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {OpenIntent, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {CallbackUSDC} from "../mocks/OddTokens.sol";
import {AuthorizationTest} from "../utils/AuthorizationTest.sol";

/// @title What comes by authorization is booked before the tokens come; until they have, every way out is shut. And every
/// way out is shut while another one is open.
contract AuthorizationReentrancyTest is AuthorizationTest {
    CallbackUSDC private hostile;
    address private victim = makeAddr("victim");

    function setUp() public override {
        super.setUp();
        hostile = new CallbackUSDC();
        token = hostile;
        sessions = _deploy(address(hostile), 6);
        _fund(user, 100 * USDC);
        _fund(victim, 100 * USDC);
        // Something for every way out to take: a free balance, a stopped stream, a node's balance, booked fees.
        vm.prank(victim);
        sessions.deposit(100 * USDC);
        _open(10 * USDC);
        _settle(_item(5 * USDC));
        _stop();
        _register();
        skip(EPOCH);
        sessions.book(node);
    }

    function _waysOut() private returns (bytes[] memory ways) {
        ways = new bytes[](5);
        ways[0] = abi.encodeCall(sessions.withdraw, (address(this), 1));
        WithdrawIntent memory intent = WithdrawIntent({
            user: victim, to: payout, amount: 1, relayFee: 0, feeTo: address(0), deadline: _now(), salt: 0
        });
        (, uint256 key) = makeAddrAndKey("victim");
        ways[1] =
            abi.encodeCall(sessions.withdrawBySig, (intent, _sign(key, _sessionsDigest(_hashWithdrawIntent(intent)))));
        ways[2] = abi.encodeCall(sessions.close, (node, session, payout));
        ways[3] = abi.encodeCall(sessions.payOut, (node));
        ways[4] = abi.encodeCall(sessions.payTreasury, ());
    }

    function _assertShut() private view {
        assertEq(
            hostile.failure(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_Pitfall09_noWayOutDuringAnAuthorizedDeposit() public {
        bytes[] memory ways = _waysOut();
        for (uint256 i; i < ways.length; ++i) {
            bytes32 nonce = _hashDepositIntent(user, user, USDC, bytes32(i));
            bytes memory signature = _authorize(userKey, USDC, _now() + 60, nonce);
            hostile.callBack(address(sessions), ways[i]);
            sessions.depositWithAuthorization(user, user, USDC, bytes32(i), 0, _now() + 60, signature);
            _assertShut();
        }
        assertEq(sessions.balanceOf(user), 5 * USDC);
    }

    function test_Pitfall09_noWayOutDuringAnAuthorizedOpening() public {
        bytes[] memory ways = _waysOut();
        for (uint256 i; i < ways.length; ++i) {
            OpenIntent memory intent = OpenIntent({
                user: user, node: node, sessionKey: vm.addr(i + 1), deposit: USDC, relayFee: 1, feeTo: relayer
            });
            bytes memory signature = _authorize(userKey, USDC + 1, _now() + 60, _hashOpenIntent(intent));
            hostile.callBack(address(sessions), ways[i]);
            sessions.openWithAuthorization(intent, 0, _now() + 60, signature);
            _assertShut();
        }
        assertEq(sessions.balanceOf(relayer), 5);
    }

    function test_Pitfall09_noWayOutInsideAnother() public {
        bytes[] memory ways = _waysOut();
        for (uint256 i; i < ways.length; ++i) {
            hostile.callBack(address(sessions), ways[i == 3 ? 4 : 3]);
            vm.prank(i == 2 ? user : victim);
            (bool done,) = address(sessions).call(ways[i]);
            assertTrue(done);
            _assertShut();
        }
    }
}
