// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "./Claim.sol";
import {IX4PNVpnSessions} from "../interfaces/IX4PNVpnSessions.sol";

/// @title Reading packed items straight from calldata: no copy, no ABI padding.
/// settle:  user 20 | claim 30 | signature 64
/// release: user 20 | sessionKey 20 | claim 30 | signature 64
library PackedItems {
    uint256 internal constant SETTLE_ITEM_BYTES = 114;
    uint256 internal constant RELEASE_ITEM_BYTES = 134;

    /// @notice Reverts unless `items` is a whole number of items.
    function count(bytes calldata items, uint256 itemBytes) internal pure returns (uint256) {
        if (items.length % itemBytes != 0) revert IX4PNVpnSessions.Sessions_BadItemsLength(items.length, itemBytes);
        return items.length / itemBytes;
    }

    /// @notice The address in the 20 bytes at `offset`.
    function addressAt(bytes calldata items, uint256 offset) internal pure returns (address) {
        return address(bytes20(_word(items, offset)));
    }

    /// @notice The claim and the EIP-2098 signature in the 94 bytes at `offset`.
    function claimAt(bytes calldata items, uint256 offset) internal pure returns (Claim claim, bytes32 r, bytes32 vs) {
        unchecked {
            claim = Claim.wrap(uint256(_word(items, offset)));
            r = _word(items, offset + 30);
            vs = _word(items, offset + 62);
        }
    }

    /// @dev `items[offset:offset + 32]` without the bounds check, which `count` made once for all items. The last bytes of
    /// a word may belong to the next field, or beyond the end be zero; every reader cuts them off.
    function _word(bytes calldata items, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(add(items.offset, offset))
        }
    }
}
