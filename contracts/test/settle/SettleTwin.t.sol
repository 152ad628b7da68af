// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";
import {IX4PNVpnSessions, NodeAccount, Stream} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {PlainItem, PlainResult, PlainSettlement} from "./PlainSettlement.sol";

/// @title `settle`, which reads, hashes and looks up in assembly, against its plain twin: any batch, any moment.
contract SettleTwinTest is SessionsTest {
    uint256 private constant USERS = 2;
    uint256 private constant KEYS = 3;
    uint96 private constant DEPOSIT = 10 * USDC;

    PlainSettlement private twin;

    function testFuzz_settlesAsItsPlainTwin6Decimals(uint256 seed, uint8 count, uint8 batches) public {
        _prepare(seed, 1e12);
        _settleBatches(seed, count, batches);
    }

    function testFuzz_settlesAsItsPlainTwin18Decimals(uint256 seed, uint8 count, uint8 batches) public {
        PlainToken plain = new PlainToken(18);
        sessions = _deploy(address(plain), 18);
        for (uint256 i; i < USERS; ++i) {
            plain.mint(_user(i), 100 * DEPOSIT);
            vm.prank(_user(i));
            plain.approve(address(sessions), type(uint256).max);
        }
        _prepare(seed, 1);
        _settleBatches(seed, count, batches);
    }

    function _user(uint256 i) private pure returns (address) {
        return vm.addr(101 + i % USERS);
    }

    function _key(uint256 i) private pure returns (uint256) {
        return 201 + i % KEYS;
    }

    /// @dev Each user's streams under each key: open, stopped, closed; one is missing.
    function _prepare(uint256 seed, uint256 scale) private {
        twin = new PlainSettlement(_sessionsDomain(), scale, FEE_BPS);
        for (uint256 i; i < USERS; ++i) {
            if (scale != 1) _fund(_user(i), 100 * DEPOSIT);
            for (uint256 j; j < KEYS; ++j) {
                if (i == 1 && j == 1) continue;
                vm.prank(_user(i));
                sessions.open(node, vm.addr(_key(j)), DEPOSIT);
            }
        }
        skip(seed % 2 days);
        vm.startPrank(_user(0));
        sessions.stop(node, vm.addr(_key(1)));
        sessions.stop(node, vm.addr(_key(2)));
        skip(WINDOW);
        sessions.close(node, vm.addr(_key(2)), payout);
        vm.stopPrank();
        _mirror();
    }

    function _mirror() private {
        for (uint256 i; i < USERS * KEYS; ++i) {
            bytes32 streamId = sessions.streamId(_user(i / KEYS), node, vm.addr(_key(i)));
            Stream memory stream = sessions.stream(streamId);
            twin.put(
                streamId,
                PlainSettlement.PlainStream({
                    opened: stream.flags & 1 != 0,
                    closed: stream.flags & 2 != 0,
                    stoppedAt: stream.stoppedAt,
                    deposit: stream.deposit,
                    settled: stream.settled
                })
            );
        }
    }

    function _settleBatches(uint256 seed, uint8 count, uint8 batches) private {
        for (uint256 batch; batch < 1 + batches % 3; ++batch) {
            PlainItem[] memory items = new PlainItem[](count % 9);
            bytes memory packed;
            for (uint256 i; i < items.length; ++i) {
                items[i] = _randomItem(uint256(keccak256(abi.encode(seed, batch, i))));
                packed = bytes.concat(packed, _pack(items[i]));
            }
            vm.recordLogs();
            sessions.settle(node, packed);
            _checkEvents(vm.getRecordedLogs(), items, twin.settle(node, items));
            _checkStorage();
            skip(seed % 3 hours);
        }
    }

    function _randomItem(uint256 seed) private view returns (PlainItem memory item) {
        uint256 kind = seed % 16;
        item.user = _user(seed >> 8);
        item.cumulative = kind == 0 ? type(uint96).max : uint96((seed >> 16) % (DEPOSIT + DEPOSIT / 8));
        if (kind > 7) {
            item.rate = kind == 8 ? type(uint64).max : uint64((seed >> 64) % 1e14);
            item.start = uint40(_now() + 1 hours - (seed >> 112) % 3 days);
            item.until = kind == 9 ? type(uint40).max : uint40(_now() + 1 days - (seed >> 160) % 3 days);
            item.cumulative /= 4;
        }
        ReceiptData memory receipt = ReceiptData(item.user, node, item.cumulative, item.rate, item.start, item.until);
        (item.r, item.vs) = vm.signCompact(_key(seed >> 208), _sessionsDigest(_hashReceipt(receipt)));
        // Noise instead of a signature, another user's name, a sum that was not signed, the upper half of s.
        if (kind == 1) item.r = keccak256(abi.encode(seed));
        if (kind == 2) item.user = _user((seed >> 8) + 1);
        if (kind == 3) item.cumulative += 1;
        if (kind == 4) item.vs |= bytes32(uint256(1) << 254);
    }

    function _pack(PlainItem memory item) private pure returns (bytes memory) {
        return abi.encodePacked(
            item.user, item.cumulative, item.rate, item.start, item.until, abi.encodePacked(item.r, item.vs)
        );
    }

    /// @dev One event for each item, in order, and one for the batch if it paid anything.
    function _checkEvents(Vm.Log[] memory logs, PlainItem[] memory items, PlainResult[] memory results) private view {
        uint256 sum;
        for (uint256 i; i < results.length; ++i) {
            if (results[i].skipped != 0) {
                assertEq(logs[i].topics[0], IX4PNVpnSessions.ItemSkipped.selector);
                assertEq(logs[i].topics[1], bytes32(uint256(uint160(node))));
                assertEq(logs[i].data, abi.encode(i, results[i].skipped));
            } else {
                assertEq(logs[i].topics[0], IX4PNVpnSessions.Settled.selector);
                assertEq(logs[i].topics[1], results[i].id);
                assertEq(logs[i].data, abi.encode(results[i].total));
                sum += 1;
            }
            assertEq(logs[i].topics[2], bytes32(uint256(uint160(items[i].user))));
        }
        assertEq(logs.length, results.length + (sum == 0 ? 0 : 1));
        if (sum != 0) assertEq(logs[results.length].topics[0], IX4PNVpnSessions.NodeCredited.selector);
    }

    function _checkStorage() private view {
        for (uint256 i; i < USERS * KEYS; ++i) {
            bytes32 streamId = sessions.streamId(_user(i / KEYS), node, vm.addr(_key(i)));
            (,,, uint256 deposit, uint256 settled) = twin.streams(streamId);
            Stream memory stream = sessions.stream(streamId);
            assertEq(stream.settled, settled);
            assertEq(stream.deposit, deposit);
        }
        NodeAccount memory account = sessions.nodeAccount(node);
        assertEq(account.balance, twin.balances(node));
        assertEq(uint256(account.pendingFees) + sessions.treasuryBalance(), twin.fees(node));
    }
}
