// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {OpenFromBalance, OpenIntent, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";

/// @notice A receipt, spelled out; the contract knows it only packed.
struct ReceiptData {
    address user;
    address node;
    uint96 cumulative;
    uint64 rate;
    uint40 start;
    uint40 until;
}

/// @title Typed data and packing as the specification writes them, sharing no code with the contracts.
abstract contract Signing is Test {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function _domain(string memory name, uint256 chainId, address verifier) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256("1"), chainId, verifier));
    }

    function _digest(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }

    /// @dev 65 bytes: r, s, v.
    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _hashReceipt(ReceiptData memory receipt) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256("Receipt(address user,address node,uint96 cumulative,uint64 rate,uint40 start,uint40 until)");
        return keccak256(abi.encode(typeHash, receipt));
    }

    function _hashRelease(
        address user,
        address node,
        address sessionKey,
        uint96 maxClaim,
        uint96 deposit,
        uint40 deadline
    ) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Release(address user,address node,address sessionKey,uint96 maxClaim,uint96 deposit,uint40 deadline)"
        );
        return keccak256(abi.encode(typeHash, user, node, sessionKey, maxClaim, deposit, deadline));
    }

    function _hashStop(address user, address node, address sessionKey) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Stop(address user,address node,address sessionKey)");
        return keccak256(abi.encode(typeHash, user, node, sessionKey));
    }

    function _hashOpenIntent(OpenIntent memory intent) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "OpenIntent(address user,address node,address sessionKey,uint96 deposit,uint96 relayFee,address feeTo)"
        );
        return keccak256(abi.encode(typeHash, intent));
    }

    function _hashOpenFromBalance(OpenFromBalance memory intent) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "OpenFromBalance(address user,address node,address sessionKey,uint96 deposit,uint96 relayFee,address feeTo,uint40 deadline)"
        );
        return keccak256(abi.encode(typeHash, intent));
    }

    function _hashDepositIntent(address from, address user, uint256 amount, bytes32 salt)
        internal
        pure
        returns (bytes32)
    {
        bytes32 typeHash = keccak256("DepositIntent(address from,address user,uint256 amount,bytes32 salt)");
        return keccak256(abi.encode(typeHash, from, user, amount, salt));
    }

    function _hashWithdrawIntent(WithdrawIntent memory intent) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "WithdrawIntent(address user,address to,uint96 amount,uint96 relayFee,address feeTo,uint40 deadline,bytes32 salt)"
        );
        return keccak256(abi.encode(typeHash, intent));
    }

    /// @dev EIP-3009.
    function _hashReceiveAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        return keccak256(abi.encode(typeHash, from, to, value, validAfter, validBefore, nonce));
    }

    /// @dev cumulative 12 | rate 8 | start 5 | until 5 | signature 64.
    function _packClaim(ReceiptData memory receipt, bytes memory compact) internal pure returns (bytes memory) {
        return abi.encodePacked(receipt.cumulative, receipt.rate, receipt.start, receipt.until, compact);
    }

    function _compact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encodePacked(r, vs);
    }
}
