// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ClaimView, IX4PNLens, NetworkView, NodeView, StreamKey, StreamView, UserView} from "./interfaces/IX4PNLens.sol";
import {IX4PNNodeRegistry, NodeRecord} from "./interfaces/IX4PNNodeRegistry.sol";
import {IX4PNVpnSessions, SkipReason, Stream} from "./interfaces/IX4PNVpnSessions.sol";
import {Claim} from "./libraries/Claim.sol";
import {PackedItems} from "./libraries/PackedItems.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {StreamSlot, StreamSlotLib} from "./libraries/StreamSlot.sol";
import {TypedHashes} from "./libraries/TypedHashes.sol";

/// @title Many things about nodes, streams and users in one `eth_call`. See `IX4PNLens`.
/// @dev Outside the core: it reads the same views as anyone and shares with the core only the libraries that read items.
contract X4PNLens is IX4PNLens {
    using PackedItems for bytes;

    /// @inheritdoc IX4PNLens
    address public immutable SESSIONS;
    address private immutable _REGISTRY;
    address private immutable _TOKEN;
    /// @dev 10^(18 - the token's decimals), as in the sessions contract.
    uint256 private immutable _SCALE;

    constructor(address sessions) {
        SESSIONS = sessions;
        _REGISTRY = IX4PNVpnSessions(sessions).REGISTRY();
        _TOKEN = IX4PNVpnSessions(sessions).TOKEN();
        _SCALE = 10 ** (18 - IERC20Metadata(_TOKEN).decimals());
    }

    /// @inheritdoc IX4PNLens
    function network() external view returns (NetworkView memory) {
        IX4PNVpnSessions sessions = IX4PNVpnSessions(SESSIONS);
        return NetworkView({
            blockNumber: block.number,
            timestamp: block.timestamp,
            currentEpoch: sessions.currentEpoch(),
            feeBps: sessions.feeBps(),
            inflowsPausedUntil: sessions.inflowsPausedUntil(),
            treasuryBalance: sessions.treasuryBalance(),
            nodeCount: IX4PNNodeRegistry(_REGISTRY).nodeCount()
        });
    }

    /// @inheritdoc IX4PNLens
    function streamsById(bytes32[] calldata ids) external view returns (Stream[] memory found) {
        found = new Stream[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            found[i] = IX4PNVpnSessions(SESSIONS).stream(ids[i]);
        }
    }

    /// @inheritdoc IX4PNLens
    function streams(StreamKey[] calldata keys) external view returns (StreamView[] memory views) {
        uint256 window = IX4PNVpnSessions(SESSIONS).CHALLENGE_WINDOW();
        views = new StreamView[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            bytes32 id = _idOf(keys[i].user, keys[i].node, keys[i].sessionKey);
            Stream memory stream = IX4PNVpnSessions(SESSIONS).stream(id);
            views[i] = StreamView(id, stream, stream.stoppedAt == 0 ? 0 : stream.stoppedAt + window);
        }
    }

    /// @inheritdoc IX4PNLens
    function claims(address node, bytes calldata items) external view returns (ClaimView[] memory views) {
        views = new ClaimView[](items.count(PackedItems.SETTLE_ITEM_BYTES));
        bytes32 domain = IX4PNVpnSessions(SESSIONS).DOMAIN_SEPARATOR();
        for (uint256 i; i < views.length; ++i) {
            views[i] = _claim(domain, node, items, i * PackedItems.SETTLE_ITEM_BYTES);
        }
    }

    /// @inheritdoc IX4PNLens
    function nodes(uint256 offset, uint256 limit) external view returns (NodeView[] memory views) {
        (address[] memory ids, NodeRecord[] memory records) = IX4PNNodeRegistry(_REGISTRY).nodes(offset, limit);
        views = new NodeView[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            views[i] = NodeView(ids[i], records[i], IX4PNVpnSessions(SESSIONS).nodeAccount(ids[i]));
        }
    }

    /// @inheritdoc IX4PNLens
    function users(address[] calldata accounts) external view returns (UserView[] memory views) {
        views = new UserView[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            views[i] = UserView({
                freeBalance: IX4PNVpnSessions(SESSIONS).balanceOf(accounts[i]),
                walletBalance: IERC20(_TOKEN).balanceOf(accounts[i]),
                allowance: IERC20(_TOKEN).allowance(accounts[i], SESSIONS),
                nativeBalance: accounts[i].balance
            });
        }
    }

    /// @dev As `settle` reads an item, in the same order of reasons.
    function _claim(bytes32 domain, address node, bytes calldata items, uint256 offset)
        private
        view
        returns (ClaimView memory result)
    {
        address user = items.addressAt(offset);
        (Claim claim, bytes32 r, bytes32 vs) = items.claimAt(offset + 20);
        bytes32 digest = MessageHashUtils.toTypedDataHash(domain, TypedHashes.receipt(user, node, claim));
        result.sessionKey = Signatures.compactSigner(digest, r, vs);
        if (result.sessionKey == address(0)) {
            result.skipReason = SkipReason.BAD_SIGNATURE;
            return result;
        }
        result.id = _idOf(user, node, result.sessionKey);
        StreamSlot slot = _slotOf(IX4PNVpnSessions(SESSIONS).stream(result.id));
        result.claimable = claim.claimable(slot, _SCALE);
        if (!slot.isLive()) {
            result.skipReason = slot.wasOpened() ? SkipReason.CLOSED : SkipReason.NO_STREAM;
        } else if (result.claimable <= slot.settled()) {
            result.skipReason = SkipReason.STALE;
        } else {
            result.pays = result.claimable - slot.settled();
        }
    }

    /// @dev The word that the sessions contract keeps, from its view.
    function _slotOf(Stream memory stream) private pure returns (StreamSlot slot) {
        // Opened is the lowest flag, closed the next.
        if (stream.flags & 1 == 0) return slot;
        slot = StreamSlotLib.create(stream.deposit).withSettled(stream.settled).withStop(stream.stoppedAt);
        if (stream.flags & 2 != 0) slot = slot.withClosed();
    }

    function _idOf(address user, address node, address sessionKey) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(user, node, sessionKey));
    }
}
