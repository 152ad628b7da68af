// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title About the least that settling packed receipts can cost, to hold `settle` against. Never to be used for money.
/// @notice Takes the very items of `X4PNVpnSessions.settle`: one recovered signature and one slot an item, one slot a
/// batch. No events, no fee, no leases, no states, no check of the signature's form.
contract SettleFloor {
    bytes32 private constant RECEIPT_TYPEHASH =
        keccak256("Receipt(address user,address node,uint96 cumulative,uint64 rate,uint40 start,uint40 until)");

    bytes32 private immutable _DOMAIN;

    /// @param domain The separator under which the receipts are signed: that of the sessions contract.
    constructor(bytes32 domain) {
        _DOMAIN = domain;
    }

    /// @notice Gives each of the streams a `deposit`. A stream's slot is its id: settled 96 | deposit 96.
    function fund(address user, address node, address[] calldata sessionKeys, uint96 deposit) external {
        for (uint256 i; i < sessionKeys.length; ++i) {
            bytes32 id = keccak256(abi.encodePacked(user, node, sessionKeys[i]));
            assembly ("memory-safe") {
                sstore(id, deposit)
            }
        }
    }

    /// @notice What the node has been credited in all, in token base units.
    function credited(address node) external view returns (uint256 amount) {
        assembly ("memory-safe") {
            amount := sload(node)
        }
    }

    /// @dev Memory from 0x80: input of ecrecover (4 words), the receipt's words (7), the digest's 66 bytes, the id's 60.
    function settle(address node, bytes calldata items) external {
        bytes32 typeHash = RECEIPT_TYPEHASH;
        bytes32 domain = _DOMAIN;
        assembly ("memory-safe") {
            mstore(0x100, typeHash)
            mstore(0x140, node)
            mstore(0x1e0, shl(240, 0x1901))
            mstore(0x1e2, domain)
            let sum := 0
            let end := add(items.offset, items.length)
            for { let item := items.offset } lt(item, end) { item := add(item, 114) } {
                let user := shr(96, calldataload(item))
                let claim := calldataload(add(item, 20))
                let cumulative := shr(160, claim)
                mstore(0x120, user)
                mstore(0x160, cumulative)
                mstore(0x180, and(shr(96, claim), 0xffffffffffffffff))
                mstore(0x1a0, and(shr(56, claim), 0xffffffffff))
                mstore(0x1c0, and(shr(16, claim), 0xffffffffff))
                mstore(0x202, keccak256(0x100, 0xe0))

                let vs := calldataload(add(item, 82))
                mstore(0x80, keccak256(0x1e0, 66))
                mstore(0xa0, add(27, shr(255, vs)))
                mstore(0xc0, calldataload(add(item, 50)))
                mstore(0xe0, shr(1, shl(1, vs)))
                pop(staticcall(gas(), 1, 0x80, 0x80, 0x80, 0x20))

                mstore(0x240, shl(96, user))
                mstore(0x254, shl(96, node))
                mstore(0x268, shl(96, mload(0x80)))
                let id := keccak256(0x240, 60)
                let slot := sload(id)
                let deposit := and(slot, 0xffffffffffffffffffffffff)
                let settled := shr(96, slot)
                if gt(cumulative, deposit) { cumulative := deposit }
                if gt(cumulative, settled) {
                    sstore(id, or(deposit, shl(96, cumulative)))
                    sum := add(sum, sub(cumulative, settled))
                }
            }
            sstore(node, add(sload(node), sum))
        }
    }
}
