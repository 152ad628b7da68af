// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Stream} from "../interfaces/IX4PNVpnSessions.sol";

/// @notice A `Stream` as the word it is stored as, so that a settlement is one load and one store.
/// From the lowest bit: deposit 96 | settled 96 | stoppedAt 40 | flags 24, as Solidity packs the struct.
type StreamSlot is uint256;

using StreamSlotLib for StreamSlot global;

/// @title Reading and changing a stream's word. Only the changes that the life of a stream allows exist.
library StreamSlotLib {
    uint256 private constant SETTLED_AT = 96;
    uint256 private constant STOPPED_AT = 192;
    uint256 private constant FLAGS_AT = 232;
    uint256 private constant OPENED = 1 << 232;
    uint256 private constant CLOSED = 1 << 233;

    /// @notice A new, open stream.
    function create(uint96 deposit_) internal pure returns (StreamSlot) {
        return StreamSlot.wrap(OPENED | deposit_);
    }

    /// @notice Token base units.
    function deposit(StreamSlot slot) internal pure returns (uint96) {
        return uint96(StreamSlot.unwrap(slot));
    }

    /// @notice Token base units.
    function settled(StreamSlot slot) internal pure returns (uint96) {
        return uint96(StreamSlot.unwrap(slot) >> SETTLED_AT);
    }

    /// @notice Unix second, 0 while the stream is not stopped.
    function stoppedAt(StreamSlot slot) internal pure returns (uint40) {
        return uint40(StreamSlot.unwrap(slot) >> STOPPED_AT);
    }

    function wasOpened(StreamSlot slot) internal pure returns (bool) {
        return StreamSlot.unwrap(slot) & OPENED != 0;
    }

    function isClosed(StreamSlot slot) internal pure returns (bool) {
        return StreamSlot.unwrap(slot) & CLOSED != 0;
    }

    /// @notice Open: accruing, neither stopped nor closed.
    function isOpen(StreamSlot slot) internal pure returns (bool) {
        return StreamSlot.unwrap(slot) >> STOPPED_AT == OPENED >> STOPPED_AT;
    }

    /// @notice Open or stopped: it still holds its money.
    function isLive(StreamSlot slot) internal pure returns (bool) {
        return StreamSlot.unwrap(slot) & (OPENED | CLOSED) == OPENED;
    }

    function withDeposit(StreamSlot slot, uint96 deposit_) internal pure returns (StreamSlot) {
        return StreamSlot.wrap((StreamSlot.unwrap(slot) & ~uint256(type(uint96).max)) | deposit_);
    }

    function withSettled(StreamSlot slot, uint96 settled_) internal pure returns (StreamSlot) {
        uint256 rest = StreamSlot.unwrap(slot) & ~(uint256(type(uint96).max) << SETTLED_AT);
        return StreamSlot.wrap(rest | (uint256(settled_) << SETTLED_AT));
    }

    /// @notice Only for a stream that is not stopped.
    function withStop(StreamSlot slot, uint40 second) internal pure returns (StreamSlot) {
        return StreamSlot.wrap(StreamSlot.unwrap(slot) | (uint256(second) << STOPPED_AT));
    }

    function withClosed(StreamSlot slot) internal pure returns (StreamSlot) {
        return StreamSlot.wrap(StreamSlot.unwrap(slot) | CLOSED);
    }

    function unpack(StreamSlot slot) internal pure returns (Stream memory) {
        return Stream({
            deposit: slot.deposit(),
            settled: slot.settled(),
            stoppedAt: slot.stoppedAt(),
            flags: uint24(StreamSlot.unwrap(slot) >> FLAGS_AT)
        });
    }
}
