// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, NodeAccount} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title The protocol's fee: rounded up on the batch, booked by epoch, paid to the treasury.
contract FeesTest is SessionsTest {
    function test_waitInTheNodesAccountUntilTheNextEpoch() public {
        _open(10 * USDC);
        _settle(_item(USDC));
        NodeAccount memory account = sessions.nodeAccount(node);
        assertEq(account.pendingFees, 10_000);
        assertEq(account.feeEpoch, sessions.currentEpoch());
        assertEq(sessions.treasuryBalance(), 0);
        sessions.book(node);
        assertEq(sessions.treasuryBalance(), 0);
    }

    function test_areBookedByTheFirstSettlementOfALaterEpoch() public {
        _open(10 * USDC);
        _settle(_item(USDC));
        skip(EPOCH);
        uint256 epoch = sessions.currentEpoch();
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.FeesBooked(node, epoch, 10_000);
        _settle(_item(3 * USDC));
        assertEq(sessions.treasuryBalance(), 10_000);
        assertEq(sessions.bookedFees(node, epoch), 10_000);
        assertEq(sessions.totalBookedFees(epoch), 10_000);
        assertEq(sessions.nodeAccount(node).pendingFees, 20_000);
    }

    function test_areBookedByAnyoneInALaterEpochAndOnce() public {
        _open(10 * USDC);
        _settle(_item(USDC));
        skip(3 * EPOCH);
        uint256 epoch = sessions.currentEpoch();
        vm.prank(relayer);
        sessions.book(node);
        sessions.book(node);
        assertEq(sessions.treasuryBalance(), 10_000);
        assertEq(sessions.bookedFees(node, epoch), 10_000);
        assertEq(sessions.nodeAccount(node).pendingFees, 0);
    }

    function test_Pitfall22_anEpochDoesNotOverwriteAnother() public {
        _open(10 * USDC);
        uint256 first = sessions.currentEpoch();
        for (uint96 i = 1; i <= 4; ++i) {
            _settle(_item(i * USDC));
            skip(EPOCH);
        }
        sessions.book(node);
        assertEq(sessions.bookedFees(node, first), 0);
        for (uint256 i = 1; i <= 4; ++i) {
            assertEq(sessions.bookedFees(node, first + i), 10_000);
            assertEq(sessions.totalBookedFees(first + i), 10_000);
        }
    }

    function test_ofSeveralNodesAddUpInTheEpoch() public {
        (address other,) = makeAddrAndKey("other node");
        _open(10 * USDC);
        vm.prank(user);
        sessions.open(other, session, 10 * USDC);
        _settle(_item(USDC));
        sessions.settle(other, _itemFor(other, 2 * USDC));
        skip(EPOCH);
        sessions.book(node);
        sessions.book(other);
        assertEq(sessions.totalBookedFees(sessions.currentEpoch()), 30_000);
    }

    function test_Pitfall11_splittingDoesNotRoundThemAway() public {
        _open(10 * USDC);
        for (uint96 i = 1; i <= 50; ++i) {
            _settle(_item(i));
        }
        // A unit at a time pays everything as fee.
        assertEq(sessions.nodeAccount(node).pendingFees, 50);
        assertEq(sessions.nodeAccount(node).balance, 0);
    }

    function test_Pitfall11_areTakenOfTheBatchNotOfItsItems() public {
        bytes memory items;
        for (uint256 i = 1; i <= 50; ++i) {
            vm.prank(user);
            sessions.open(node, vm.addr(i), USDC);
            items = bytes.concat(items, _item(i, _bytesReceipt(1)));
        }
        _settle(items);
        assertEq(sessions.nodeAccount(node).pendingFees, 1);
        assertEq(sessions.nodeAccount(node).balance, 49);
    }

    function testFuzz_areRoundedUpAndNeverAboveTheSum(uint96 sum) public {
        sum = uint96(bound(sum, 1, 1_000_000 * uint256(USDC)));
        _open(sum);
        _settle(_item(sum));
        NodeAccount memory account = sessions.nodeAccount(node);
        assertEq(uint256(account.balance) + account.pendingFees, sum);
        assertGe(uint256(account.pendingFees) * 10_000, uint256(sum) * FEE_BPS);
        assertLt((uint256(account.pendingFees) - 1) * 10_000, uint256(sum) * FEE_BPS);
    }

    function _itemFor(address node_, uint96 cumulative) private view returns (bytes memory) {
        return _item(sessionPk, _receiptFor(node_, cumulative));
    }

    function _receiptFor(address node_, uint96 cumulative) private view returns (ReceiptData memory) {
        ReceiptData memory receipt = _bytesReceipt(cumulative);
        receipt.node = node_;
        return receipt;
    }
}
