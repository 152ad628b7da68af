// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IX4PNVpnSessions, SkipReason} from "../interfaces/IX4PNVpnSessions.sol";
import {Claim} from "../libraries/Claim.sol";
import {PackedItems} from "../libraries/PackedItems.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {StreamSlot} from "../libraries/StreamSlot.sol";
import {Release, TypedHashes} from "../libraries/TypedHashes.sol";
import {NodeAccounts} from "./NodeAccounts.sol";

/// @title Paying receipts to nodes: in batches, with a refund by the node, and with the node's consent by the user.
/// @dev Nothing here moves tokens and nothing here can be paused.
abstract contract Settlement is NodeAccounts {
    using PackedItems for bytes;

    /// @inheritdoc IX4PNVpnSessions
    function settle(address node, bytes calldata items) external {
        uint256 end = items.count(PackedItems.SETTLE_ITEM_BYTES);
        bytes32 domain = _domainSeparatorV4();
        uint256 sum;
        unchecked {
            // 96-bit amounts, as many as fit into calldata: no overflow.
            for (uint256 i; i < end; ++i) {
                sum += _settleItem(domain, node, items, i);
            }
        }
        _creditNode(node, sum);
    }

    /// @inheritdoc IX4PNVpnSessions
    function release(bytes calldata items) external {
        uint256 end = items.count(PackedItems.RELEASE_ITEM_BYTES);
        bytes32 domain = _domainSeparatorV4();
        uint256 sum;
        for (uint256 i; i < end; ++i) {
            sum += _releaseItem(domain, items, i);
        }
        _creditNode(msg.sender, sum);
    }

    /// @inheritdoc IX4PNVpnSessions
    function closeCooperative(
        address user,
        address node,
        address sessionKey,
        uint96 maxClaim,
        uint40 deadline,
        bytes calldata item,
        bytes calldata nodeSignature
    ) external returns (uint256 refund) {
        Release memory terms = Release(user, node, sessionKey, maxClaim, 0, deadline);
        bytes32 id = _idOf(user, node, sessionKey);
        StreamSlot slot = _streams[id].slot;
        if (!slot.isLive()) revert Sessions_NotClosable(id);
        terms.deposit = slot.deposit();
        _checkRelease(terms, nodeSignature);
        uint96 total = _agreedTotal(terms, slot, item);
        uint256 paid;
        (paid, refund) = _payAndClose(id, slot, terms.user, terms.node, total);
        _creditNode(terms.node, paid);
    }

    /// @dev Pays one item of `settle`, or skips it. Returns what it paid.
    function _settleItem(bytes32 domain, address node, bytes calldata items, uint256 index)
        private
        returns (uint256 paid)
    {
        uint256 offset = PackedItems.SETTLE_ITEM_BYTES;
        unchecked {
            offset *= index;
        }
        address user = items.addressAt(offset);
        (Claim claim, address signer) = _readClaim(domain, user, node, items, offset + 20);
        if (signer == address(0)) return _skip(node, user, index, SkipReason.BAD_SIGNATURE);

        bytes32 id = _idOf(user, node, signer);
        StoredStream storage stored = _streams[id];
        StreamSlot slot = stored.slot;
        if (!slot.isLive()) return _skipEnded(node, user, index, slot);
        uint96 total = claim.claimable(slot, _SCALE);
        uint96 settled = slot.settled();
        if (total <= settled) return _skip(node, user, index, SkipReason.STALE);

        stored.slot = slot.withSettled(total);
        emit Settled(id, user, total);
        unchecked {
            return total - settled;
        }
    }

    /// @dev Pays and closes one item of `release`, or skips it and leaves the stream as it was.
    function _releaseItem(bytes32 domain, bytes calldata items, uint256 index) private returns (uint256 paid) {
        uint256 offset = index * PackedItems.RELEASE_ITEM_BYTES;
        address user = items.addressAt(offset);
        address sessionKey = items.addressAt(offset + 20);
        bytes32 id = _idOf(user, msg.sender, sessionKey);
        StreamSlot slot = _streams[id].slot;
        if (!slot.isLive()) return _skipEnded(msg.sender, user, index, slot);

        uint96 total = slot.settled();
        (Claim claim, address signer) = _readClaim(domain, user, msg.sender, items, offset + 40);
        if (!claim.isZero()) {
            // Closing for less than the node believes to hold would be its loss: it is told instead.
            if (signer != sessionKey) return _skip(msg.sender, user, index, SkipReason.BAD_SIGNATURE);
            uint96 claimed = claim.claimable(slot, _SCALE);
            if (claimed > total) total = claimed;
        }
        (paid,) = _payAndClose(id, slot, user, msg.sender, total);
    }

    /// @dev Ends a stream with `total` settled; the rest goes to the user's free balance.
    function _payAndClose(bytes32 id, StreamSlot slot, address user, address node, uint96 total)
        private
        returns (uint256 paid, uint256 refund)
    {
        paid = total - slot.settled();
        refund = slot.deposit() - total;
        _streams[id].slot = slot.withSettled(total).withClosed();
        _balances[user] += refund;
        if (paid != 0) emit Settled(id, user, total);
        emit Closed(id, user, node, total, refund, user, true);
    }

    /// @dev What a stream released on `terms` has settled in the end. It does not depend on which receipt is attached,
    /// only on whether that one suffices.
    function _agreedTotal(Release memory terms, StreamSlot slot, bytes calldata item) private view returns (uint96) {
        uint96 due = terms.maxClaim < terms.deposit ? terms.maxClaim : terms.deposit;
        if (due <= slot.settled()) return slot.settled();
        uint96 proven = _provenClaim(terms, slot, item);
        if (proven < due) revert Sessions_ClaimTooLow(proven, due);
        return due;
    }

    /// @dev What `item` is worth now if it is this stream's; an empty one is worth nothing.
    function _provenClaim(Release memory terms, StreamSlot slot, bytes calldata item) private view returns (uint96) {
        if (item.length == 0) return 0;
        if (item.length != PackedItems.SETTLE_ITEM_BYTES) {
            revert Sessions_BadItemsLength(item.length, PackedItems.SETTLE_ITEM_BYTES);
        }
        (Claim claim, address signer) = _readClaim(_domainSeparatorV4(), terms.user, terms.node, item, 20);
        if (signer != terms.sessionKey || item.addressAt(0) != terms.user) {
            revert Sessions_BadSignature(terms.sessionKey);
        }
        return claim.claimable(slot, _SCALE);
    }

    function _checkRelease(Release memory terms, bytes calldata signature) private view {
        _checkShortDeadline(terms.deadline);
        bytes32 digest = _hashTypedDataV4(TypedHashes.release(terms));
        if (!Signatures.isFromKey(terms.node, digest, signature)) revert Sessions_BadSignature(terms.node);
    }

    /// @dev Reads the claim at `offset` and recovers who signed it for this user and node; zero for nobody.
    function _readClaim(bytes32 domain, address user, address node, bytes calldata items, uint256 offset)
        private
        pure
        returns (Claim claim, address signer)
    {
        bytes32 r;
        bytes32 vs;
        (claim, r, vs) = items.claimAt(offset);
        bytes32 digest = MessageHashUtils.toTypedDataHash(domain, TypedHashes.receipt(user, node, claim));
        signer = Signatures.compactSigner(digest, r, vs);
    }

    function _skipEnded(address node, address user, uint256 index, StreamSlot slot) private returns (uint256) {
        return _skip(node, user, index, slot.wasOpened() ? SkipReason.CLOSED : SkipReason.NO_STREAM);
    }

    function _skip(address node, address user, uint256 index, uint8 reason) private returns (uint256 nothing) {
        emit ItemSkipped(node, user, index, reason);
        return 0;
    }
}
