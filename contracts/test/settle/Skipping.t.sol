// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, SkipReason} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title A bad item pays nothing, says why, and never reverts the batch.
contract SkippingTest is SessionsTest {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function _expectSkip(uint256 index, uint8 reason) private {
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.ItemSkipped(node, user, index, reason);
    }

    function test_Pitfall08_oneBadItemRevertsNothing() public {
        _open(10 * USDC);
        (, uint256 stranger) = makeAddrAndKey("stranger");
        bytes memory noise = abi.encodePacked(user, new bytes(94));
        bytes memory items = bytes.concat(noise, _item(stranger, _bytesReceipt(USDC)), _item(USDC), _item(USDC));
        _expectSkip(0, SkipReason.BAD_SIGNATURE);
        _expectSkip(1, SkipReason.NO_STREAM);
        _expectSkip(3, SkipReason.STALE);
        _settle(items);
        assertEq(_settledOf(id), USDC);
        assertEq(sessions.nodeAccount(node).balance, USDC - _feeOf(USDC));
    }

    function test_skipsAStreamThatWasClosed() public {
        _open(10 * USDC);
        _stop();
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        _expectSkip(0, SkipReason.CLOSED);
        _settle(_item(USDC));
        assertEq(sessions.nodeAccount(node).balance, 0);
    }

    function test_skipsAClaimOfNothing() public {
        _open(10 * USDC);
        _expectSkip(0, SkipReason.STALE);
        _settle(_item(0));
    }

    function test_Pitfall06_refusesTheHighHalfOfS() public {
        _open(10 * USDC);
        bytes32 digest = _sessionsDigest(_hashReceipt(_bytesReceipt(USDC)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(sessionPk, digest);
        // The twin signature recovers to the same key. Its s has 256 bits, or 255 with the parity in the way.
        uint256 high = ORDER - uint256(s);
        assertEq(ecrecover(digest, v == 27 ? 28 : 27, r, bytes32(high)), session);
        for (uint256 parity; parity < 2; ++parity) {
            bytes32 vs = bytes32((high & uint256(type(int256).max)) | (parity << 255));
            _settle(abi.encodePacked(user, uint96(USDC), uint64(0), uint40(0), uint40(0), r, vs));
            assertEq(_settledOf(id), 0);
        }
    }

    function test_Pitfall06_highSWithin255BitsIsABadSignature() public {
        _open(10 * USDC);
        // Just above half the order, so it fits into 255 bits: the curve would accept it, the contract does not.
        bytes32 vs = bytes32(ORDER / 2 + 1);
        _expectSkip(0, SkipReason.BAD_SIGNATURE);
        _settle(abi.encodePacked(user, uint96(USDC), uint64(0), uint40(0), uint40(0), bytes32(uint256(1)), vs));
    }

    function test_Pitfall06_halfTheOrderIsTheLastThatCounts() public {
        // Any r and s are a signature of some key that nobody has: its address can be a session key all the same.
        bytes32 digest = _sessionsDigest(_hashReceipt(_bytesReceipt(USDC)));
        bytes32 r = bytes32(uint256(0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798));
        bytes32 half = bytes32(ORDER / 2);
        address key = ecrecover(digest, 27, r, half);
        vm.prank(user);
        sessions.open(node, key, 10 * USDC);
        _settle(abi.encodePacked(user, uint96(USDC), uint64(0), uint40(0), uint40(0), r, half));
        assertEq(_settledOf(sessions.streamId(user, node, key)), USDC);
    }

    function test_Pitfall12_aSmartAccountAsSessionKeyCannotSign() public {
        // A contract's address can be named as session key, but only a secp256k1 key can recover to an id.
        address wallet = address(new NeverAsked());
        vm.prank(user);
        sessions.open(node, wallet, 10 * USDC);
        _settle(_item(userKey, _bytesReceipt(USDC)));
        assertEq(_settledOf(sessions.streamId(user, node, wallet)), 0);
    }

    function testFuzz_noiseNeverReverts(bytes32 seed, uint8 count) public {
        _open(10 * USDC);
        bytes memory items = new bytes(uint256(count % 8) * 114);
        for (uint256 i; i < items.length; ++i) {
            items[i] = bytes1(keccak256(abi.encode(seed, i)));
        }
        _settle(bytes.concat(items, _item(USDC)));
        assertEq(_settledOf(id), USDC);
    }
}

/// @title A contract that must not be called.
contract NeverAsked {
    fallback() external {
        revert("asked");
    }
}
