// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SkipReason} from "../../src/interfaces/IX4PNVpnSessions.sol";

/// @notice An item of a batch, spelled out. `r`, `vs`: the EIP-2098 signature.
struct PlainItem {
    address user;
    uint96 cumulative;
    uint64 rate;
    uint40 start;
    uint40 until;
    bytes32 r;
    bytes32 vs;
}

/// @notice What became of an item: the stream's new total, or why it was skipped.
struct PlainResult {
    bytes32 id;
    uint256 total;
    uint8 skipped;
}

/// @title Settling a batch as one would write it who has all the gas in the world: structs, ABI encoding, checked
/// arithmetic in 256 bits, one storage slot a field, no assembly and none of the contract's code.
contract PlainSettlement {
    struct PlainStream {
        bool opened;
        bool closed;
        uint256 stoppedAt;
        uint256 deposit;
        uint256 settled;
    }

    bytes32 private immutable _DOMAIN;
    uint256 private immutable _SCALE;
    uint256 private immutable _FEE_BPS;

    mapping(bytes32 id => PlainStream) public streams;
    mapping(address node => uint256) public balances;
    mapping(address node => uint256) public fees;

    constructor(bytes32 domain, uint256 scale, uint256 feeBps) {
        (_DOMAIN, _SCALE, _FEE_BPS) = (domain, scale, feeBps);
    }

    function put(bytes32 id, PlainStream calldata stream) external {
        streams[id] = stream;
    }

    function settle(address node, PlainItem[] calldata items) external returns (PlainResult[] memory results) {
        uint256 sum;
        results = new PlainResult[](items.length);
        for (uint256 i; i < items.length; ++i) {
            uint256 paid;
            (results[i], paid) = _settleItem(node, items[i]);
            sum += paid;
        }
        // Rounded up.
        uint256 fee = sum * _FEE_BPS / 10_000;
        if (fee * 10_000 < sum * _FEE_BPS) fee += 1;
        fees[node] += fee;
        balances[node] += sum - fee;
    }

    function _settleItem(address node, PlainItem calldata item)
        private
        returns (PlainResult memory result, uint256 paid)
    {
        address signer = _signerOf(node, item);
        if (signer == address(0)) {
            result.skipped = SkipReason.BAD_SIGNATURE;
            return (result, 0);
        }
        result.id = keccak256(abi.encodePacked(item.user, node, signer));
        PlainStream storage stream = streams[result.id];
        uint256 claim = _claimOf(item, stream);
        if (!stream.opened) result.skipped = SkipReason.NO_STREAM;
        else if (stream.closed) result.skipped = SkipReason.CLOSED;
        else if (claim <= stream.settled) result.skipped = SkipReason.STALE;
        if (result.skipped != 0) return (result, 0);
        paid = claim - stream.settled;
        stream.settled = claim;
        result.total = claim;
    }

    function _claimOf(PlainItem calldata item, PlainStream storage stream) private view returns (uint256 claim) {
        uint256 end = block.timestamp;
        if (item.until < end) end = item.until;
        if (stream.stoppedAt > 0 && stream.stoppedAt < end) end = stream.stoppedAt;
        claim = item.cumulative;
        if (end > item.start) claim += uint256(item.rate) * (end - item.start) / _SCALE;
        if (claim > stream.deposit) claim = stream.deposit;
    }

    function _signerOf(address node, PlainItem calldata item) private view returns (address signer) {
        bytes32 typeHash =
            keccak256("Receipt(address user,address node,uint96 cumulative,uint64 rate,uint40 start,uint40 until)");
        bytes32 structHash =
            keccak256(abi.encode(typeHash, item.user, node, item.cumulative, item.rate, item.start, item.until));
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", _DOMAIN, structHash));
        (signer,,) = ECDSA.tryRecover(digest, item.r, item.vs);
    }
}
