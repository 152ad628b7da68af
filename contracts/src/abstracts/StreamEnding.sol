// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions} from "../interfaces/IX4PNVpnSessions.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {StreamSlot} from "../libraries/StreamSlot.sol";
import {TypedHashes} from "../libraries/TypedHashes.sol";
import {SessionsBase} from "./SessionsBase.sol";

/// @title Stopping a stream, and closing it after the challenge window without the node. Nothing here can be paused.
abstract contract StreamEnding is SessionsBase {
    /// @dev Ten settlement intervals of a node that settles every six minutes: it can still claim what it is owed
    /// after a stop that it did not expect.
    uint256 private constant MIN_CHALLENGE_WINDOW = 1 hours;
    /// @dev Nobody's refund waits longer.
    uint256 private constant MAX_CHALLENGE_WINDOW = 30 days;

    /// @inheritdoc IX4PNVpnSessions
    uint256 public immutable CHALLENGE_WINDOW;

    constructor(uint256 challengeWindow) {
        if (challengeWindow < MIN_CHALLENGE_WINDOW || challengeWindow > MAX_CHALLENGE_WINDOW) {
            revert Sessions_BadParameter("challengeWindow", challengeWindow);
        }
        CHALLENGE_WINDOW = challengeWindow;
    }

    /// @inheritdoc IX4PNVpnSessions
    function stop(address node, address sessionKey) external {
        _stop(msg.sender, node, sessionKey);
    }

    /// @inheritdoc IX4PNVpnSessions
    /// @dev Needs no deadline and no nonce: a stream stops once.
    function stopBySig(address user, address node, address sessionKey, bytes calldata signature) external {
        bytes32 digest = _hashTypedDataV4(TypedHashes.stop(user, node, sessionKey));
        bool signed = Signatures.isFromKey(sessionKey, digest, signature) || Signatures.isFrom(user, digest, signature);
        if (!signed) revert Sessions_BadSignature(user);
        _stop(user, node, sessionKey);
    }

    /// @inheritdoc IX4PNVpnSessions
    function close(address node, address sessionKey, address to) external nonReentrant returns (uint256 refund) {
        _checkAccount(to);
        refund = _closeAfterWindow(msg.sender, node, sessionKey, to, false);
        if (refund != 0) _push(to, refund);
    }

    /// @inheritdoc IX4PNVpnSessions
    function closeFor(address user, address node, address sessionKey) external returns (uint256 refund) {
        refund = _closeAfterWindow(user, node, sessionKey, user, true);
        _balances[user] += refund;
    }

    function _stop(address user, address node, address sessionKey) private {
        bytes32 id = _idOf(user, node, sessionKey);
        StoredStream storage stored = _streams[id];
        StreamSlot slot = stored.slot;
        if (!slot.isOpen()) revert Sessions_NotOpen(id);
        stored.slot = slot.withStop(uint40(block.timestamp));
        emit Stopped(id, user, node, block.timestamp);
    }

    function _closeAfterWindow(address user, address node, address sessionKey, address to, bool toBalance)
        private
        returns (uint256 refund)
    {
        bytes32 id = _idOf(user, node, sessionKey);
        StoredStream storage stored = _streams[id];
        StreamSlot slot = stored.slot;
        if (!slot.isLive()) revert Sessions_NotClosable(id);
        if (slot.stoppedAt() == 0) revert Sessions_NotStopped(id);
        uint256 closableAt = slot.stoppedAt() + CHALLENGE_WINDOW;
        if (block.timestamp < closableAt) revert Sessions_WindowOpen(id, closableAt);

        refund = slot.deposit() - slot.settled();
        stored.slot = slot.withClosed();
        emit Closed(id, user, node, slot.settled(), refund, to, toBalance);
    }
}
