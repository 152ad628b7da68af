// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, OpenFromBalance, OpenIntent} from "../interfaces/IX4PNVpnSessions.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {StreamSlot, StreamSlotLib} from "../libraries/StreamSlot.sol";
import {TypedHashes} from "../libraries/TypedHashes.sol";
import {Governance} from "./Governance.sol";
import {SessionsBase} from "./SessionsBase.sol";

/// @title Opening streams and adding to them: from the wallet, by EIP-3009, or from the free balance.
abstract contract StreamFunding is SessionsBase, Governance {
    /// @inheritdoc IX4PNVpnSessions
    function open(address node, address sessionKey, uint96 amount) external whenInflowsOpen returns (bytes32 id) {
        _pull(msg.sender, amount);
        id = _open(msg.sender, node, sessionKey, amount, false);
    }

    /// @inheritdoc IX4PNVpnSessions
    function openFromBalance(address node, address sessionKey, uint96 amount)
        external
        whenInflowsOpen
        returns (bytes32 id)
    {
        _spend(msg.sender, amount);
        id = _open(msg.sender, node, sessionKey, amount, true);
    }

    /// @inheritdoc IX4PNVpnSessions
    function openWithAuthorization(
        OpenIntent calldata intent,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant whenInflowsOpen returns (bytes32 id) {
        _checkShortDeadline(validBefore);
        id = _open(intent.user, intent.node, intent.sessionKey, intent.deposit, false);
        // The fee passes through the user's free balance, so that events alone explain every balance.
        if (intent.relayFee != 0) emit Deposited(intent.user, intent.user, intent.relayFee);
        _payRelayFee(intent.user, intent.feeTo, intent.relayFee);
        uint256 value = uint256(intent.deposit) + intent.relayFee;
        bytes32 nonce = TypedHashes.openIntent(intent);
        _pullAuthorized(intent.user, value, validAfter, validBefore, nonce, signature);
    }

    /// @inheritdoc IX4PNVpnSessions
    /// @dev Single use without a nonce: the id that it opens lives once.
    function openBySig(OpenFromBalance calldata intent, bytes calldata signature)
        external
        whenInflowsOpen
        returns (bytes32 id)
    {
        _checkShortDeadline(intent.deadline);
        bytes32 digest = _hashTypedDataV4(TypedHashes.openFromBalance(intent));
        if (!Signatures.isFrom(intent.user, digest, signature)) revert Sessions_BadSignature(intent.user);
        _spend(intent.user, uint256(intent.deposit) + intent.relayFee);
        id = _open(intent.user, intent.node, intent.sessionKey, intent.deposit, true);
        _payRelayFee(intent.user, intent.feeTo, intent.relayFee);
    }

    /// @inheritdoc IX4PNVpnSessions
    function topUp(address user, address node, address sessionKey, uint96 amount) external whenInflowsOpen {
        _pull(msg.sender, amount);
        (bytes32 id, uint256 total) = _topUp(user, node, sessionKey, amount);
        emit ToppedUp(id, user, node, total);
    }

    /// @inheritdoc IX4PNVpnSessions
    function topUpFromBalance(address node, address sessionKey, uint96 amount) external whenInflowsOpen {
        _spend(msg.sender, amount);
        (bytes32 id, uint256 total) = _topUp(msg.sender, node, sessionKey, amount);
        emit ToppedUpFromBalance(id, msg.sender, node, total);
    }

    function _open(address user, address node, address sessionKey, uint96 amount, bool fromBalance)
        private
        returns (bytes32 id)
    {
        _checkAccount(node);
        _checkAccount(sessionKey);
        _checkAmount(amount);
        id = _idOf(user, node, sessionKey);
        StoredStream storage stored = _streams[id];
        if (stored.slot.wasOpened()) revert Sessions_AlreadyOpened(id);
        stored.slot = StreamSlotLib.create(amount);
        emit Opened(id, user, node, sessionKey, amount, fromBalance);
    }

    function _topUp(address user, address node, address sessionKey, uint96 amount)
        private
        returns (bytes32 id, uint256 total)
    {
        _checkAmount(amount);
        id = _idOf(user, node, sessionKey);
        StoredStream storage stored = _streams[id];
        StreamSlot slot = stored.slot;
        if (!slot.isOpen()) revert Sessions_NotOpen(id);
        unchecked {
            // Two 96-bit amounts: no overflow in 256.
            total = uint256(slot.deposit()) + amount;
        }
        if (total > type(uint96).max) revert Sessions_AmountTooLarge(total);
        stored.slot = slot.withDeposit(uint96(total));
    }
}
