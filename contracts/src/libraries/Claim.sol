// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamSlot} from "./StreamSlot.sol";

/// @notice What a receipt claims, as the word in which it arrives in packed items.
/// From the highest bit: cumulative 96 | rate 64 | start 40 | until 40 | 16 bits that belong to the next field.
type Claim is uint256;

using ClaimLib for Claim global;

/// @title Reading a claim, and what it is worth at a moment.
library ClaimLib {
    /// @notice Token base units.
    function cumulative(Claim claim) internal pure returns (uint96) {
        return uint96(Claim.unwrap(claim) >> 160);
    }

    /// @notice 10^-18 tokens a second.
    function rate(Claim claim) internal pure returns (uint64) {
        return uint64(Claim.unwrap(claim) >> 96);
    }

    /// @notice Unix second.
    function start(Claim claim) internal pure returns (uint40) {
        return uint40(Claim.unwrap(claim) >> 56);
    }

    /// @notice Unix second.
    function until(Claim claim) internal pure returns (uint40) {
        return uint40(Claim.unwrap(claim) >> 16);
    }

    /// @notice Whether it claims nothing at any time.
    function isZero(Claim claim) internal pure returns (bool) {
        return Claim.unwrap(claim) >> 96 == 0;
    }

    /// @notice What the claim is worth now against `stream`, never more than its deposit, in token base units.
    /// @param scale 10^(18 - the token's decimals).
    function claimable(Claim claim, StreamSlot stream, uint256 scale) internal view returns (uint96) {
        uint256 total = claim.cumulative();
        uint256 perSecond = claim.rate();
        if (perSecond != 0) {
            uint256 end = block.timestamp;
            uint256 stoppedAt = stream.stoppedAt();
            if (stoppedAt != 0 && stoppedAt < end) end = stoppedAt;
            if (claim.until() < end) end = claim.until();
            uint256 begin = claim.start();
            // A start in the future accrues nothing. 64 + 40 bits and 96 bits: no overflow in 256.
            if (end > begin) {
                unchecked {
                    total += perSecond * (end - begin) / scale;
                }
            }
        }
        uint256 deposit = stream.deposit();
        // Clamped before it is cast, so the cast loses nothing.
        return uint96(total < deposit ? total : deposit);
    }
}
