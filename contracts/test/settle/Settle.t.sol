// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, SkipReason} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title What a batch pays, and to whom.
contract SettleTest is SessionsTest {
    function test_paysTheClaimLessWhatWasSettled() public {
        _open(10 * USDC);
        _settle(_item(3 * USDC));
        _settle(_item(5 * USDC));
        assertEq(_settledOf(id), 5 * USDC);
        assertEq(sessions.nodeAccount(node).balance, 5 * USDC - 2 * _feeOf(3 * USDC) + _feeOf(1 * USDC));
    }

    function test_emitsOneEventPerItemAndOnePerBatch() public {
        _open(10 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Settled(id, user, 3 * USDC);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.NodeCredited(node, 3 * USDC - 30_000, 30_000);
        _settle(_item(3 * USDC));
    }

    function test_movesNoTokens() public {
        _open(10 * USDC);
        uint256 held = token.balanceOf(address(sessions));
        _settle(_item(3 * USDC));
        assertEq(token.balanceOf(address(sessions)), held);
    }

    function test_ofAnEmptyBatchDoesNothing() public {
        vm.recordLogs();
        _settle("");
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_takesSeveralReceiptsOfOneStreamInOneBatch() public {
        _open(10 * USDC);
        _settle(bytes.concat(_item(3 * USDC), _item(7 * USDC), _item(5 * USDC)));
        assertEq(_settledOf(id), 7 * USDC);
        assertEq(sessions.nodeAccount(node).balance, 7 * USDC - _feeOf(7 * USDC));
    }

    function test_worksForANodeThatIsNotRegistered() public {
        _open(10 * USDC);
        assertFalse(registry.isRegistered(node));
        _settle(_item(USDC));
        assertGt(sessions.nodeAccount(node).balance, 0);
    }

    function test_revertsWhen_theItemsAreNotWhole() public {
        _open(10 * USDC);
        bytes memory items = bytes.concat(_item(USDC), hex"00");
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadItemsLength.selector, 115, 114));
        sessions.settle(node, items);
    }

    function test_Pitfall01_creditsOnlyTheNodeInsideTheReceipt() public {
        _open(10 * USDC);
        address thief = makeAddr("thief");
        vm.expectEmit(address(sessions));
        // Read with another node, the signature recovers to a key that has no stream.
        emit IX4PNVpnSessions.ItemSkipped(thief, user, 0, SkipReason.NO_STREAM);
        vm.prank(thief);
        sessions.settle(thief, _item(3 * USDC));
        assertEq(sessions.nodeAccount(thief).balance, 0);
        assertEq(_settledOf(id), 0);
    }

    function test_Pitfall01_whoeverSendsTheBatchTheNodeIsCredited() public {
        _open(10 * USDC);
        vm.prank(user);
        sessions.settle(node, _item(3 * USDC));
        assertEq(sessions.nodeAccount(node).balance, 3 * USDC - _feeOf(3 * USDC));
        assertEq(sessions.nodeAccount(user).balance, 0);
    }

    function test_Pitfall02_paysAReceiptOnce() public {
        _open(10 * USDC);
        _settle(_item(3 * USDC));
        uint96 balance = sessions.nodeAccount(node).balance;
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, 0, SkipReason.STALE);
        _settle(_item(3 * USDC));
        _settle(_item(2 * USDC));
        assertEq(sessions.nodeAccount(node).balance, balance);
        assertEq(_settledOf(id), 3 * USDC);
    }

    function test_Pitfall03_everyByteOfAnItemIsCoveredByTheSignature() public {
        _open(10 * USDC);
        bytes memory item = _item(sessionPk, _lease(3 * USDC, 1e12, _now() - 100, _now() + 100));
        for (uint256 i; i < item.length; ++i) {
            bytes memory changed = bytes.concat(item);
            changed[i] ^= 0x01;
            _settle(changed);
            assertEq(_settledOf(id), 0);
        }
        _settle(item);
        assertGt(_settledOf(id), 0);
    }

    function test_Pitfall08_clampsAClaimAboveTheDeposit() public {
        _open(10 * USDC);
        _settle(_item(type(uint96).max));
        assertEq(_settledOf(id), 10 * USDC);
        // Once more is there, the same receipt claims that too.
        vm.prank(user);
        sessions.topUp(user, node, session, USDC);
        _settle(_item(type(uint96).max));
        assertEq(_settledOf(id), 11 * USDC);
    }

    function test_Pitfall19_paysTheSameWhoeverSendsIt() public {
        _open(10 * USDC);
        bytes memory item = _item(3 * USDC);
        vm.prank(makeAddr("copier"));
        sessions.settle(node, item);
        assertEq(sessions.nodeAccount(node).balance, 3 * USDC - _feeOf(3 * USDC));
        assertEq(sessions.nodeAccount(makeAddr("copier")).balance, 0);
        assertEq(sessions.balanceOf(makeAddr("copier")), 0);
    }

    function test_Pitfall22_aReceiptForAnotherChainPaysNothing() public {
        _open(10 * USDC);
        bytes memory here = _item(3 * USDC);
        vm.chainId(137);
        _settle(here);
        assertEq(_settledOf(id), 0);
        // After a fork of the chain the domain is computed anew.
        assertEq(sessions.DOMAIN_SEPARATOR(), _sessionsDomain());
        _settle(_item(3 * USDC));
        assertEq(_settledOf(id), 3 * USDC);
    }

    function test_aReceiptForAnotherContractPaysNothing() public {
        IX4PNVpnSessions other = _deploy(address(token), 6);
        vm.startPrank(user);
        token.approve(address(other), type(uint256).max);
        other.open(node, session, 10 * USDC);
        vm.stopPrank();
        other.settle(node, _item(3 * USDC));
        assertEq(other.stream(id).settled, 0);
    }

    function testFuzz_settledIsTheBestClaimWithinTheDeposit(uint96 deposit, uint96[5] memory claims) public {
        deposit = uint96(bound(deposit, 1, 1_000_000 * uint256(USDC)));
        _open(deposit);
        uint96 best;
        for (uint256 i; i < claims.length; ++i) {
            _settle(_item(claims[i]));
            if (claims[i] > best) best = claims[i];
            assertEq(_settledOf(id), best < deposit ? best : deposit);
        }
    }
}
