// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OpenFromBalance, OpenIntent, WithdrawIntent} from "../interfaces/IX4PNVpnSessions.sol";
import {Claim} from "./Claim.sol";

/// @notice The node's consent to end a stream at once for at most `maxClaim`; void when the deposit has changed.
struct Release {
    address user;
    address node;
    address sessionKey;
    uint96 maxClaim;
    uint96 deposit;
    uint40 deadline;
}

/// @title EIP-712 struct hashes of everything that `X4PNVpnSessions` verifies: one type, one meaning.
library TypedHashes {
    bytes32 internal constant RECEIPT_TYPEHASH =
        keccak256("Receipt(address user,address node,uint96 cumulative,uint64 rate,uint40 start,uint40 until)");
    bytes32 internal constant RELEASE_TYPEHASH = keccak256(
        "Release(address user,address node,address sessionKey,uint96 maxClaim,uint96 deposit,uint40 deadline)"
    );
    bytes32 internal constant STOP_TYPEHASH = keccak256("Stop(address user,address node,address sessionKey)");
    bytes32 internal constant OPEN_INTENT_TYPEHASH = keccak256(
        "OpenIntent(address user,address node,address sessionKey,uint96 deposit,uint96 relayFee,address feeTo)"
    );
    bytes32 internal constant OPEN_FROM_BALANCE_TYPEHASH = keccak256(
        "OpenFromBalance(address user,address node,address sessionKey,uint96 deposit,uint96 relayFee,address feeTo,uint40 deadline)"
    );
    bytes32 internal constant DEPOSIT_INTENT_TYPEHASH =
        keccak256("DepositIntent(address from,address user,uint256 amount,bytes32 salt)");
    bytes32 internal constant WITHDRAW_INTENT_TYPEHASH = keccak256(
        "WithdrawIntent(address user,address to,uint96 amount,uint96 relayFee,address feeTo,uint40 deadline,bytes32 salt)"
    );

    /// @notice keccak256(abi.encode(RECEIPT_TYPEHASH, user, node, cumulative, rate, start, until)).
    /// @dev In assembly because `settle` does it for every item: the words are written past the end of allocated
    /// memory, which a batch therefore does not use up. A test holds it against the line above.
    function receipt(address user, address node, Claim claim) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = RECEIPT_TYPEHASH;
        uint256 cumulative = claim.cumulative();
        uint256 rate = claim.rate();
        uint256 start = claim.start();
        uint256 until = claim.until();
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            mstore(add(words, 0x20), user)
            mstore(add(words, 0x40), node)
            mstore(add(words, 0x60), cumulative)
            mstore(add(words, 0x80), rate)
            mstore(add(words, 0xa0), start)
            mstore(add(words, 0xc0), until)
            structHash := keccak256(words, 0xe0)
        }
    }

    function release(Release memory terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE_TYPEHASH, terms));
    }

    function stop(address user, address node, address sessionKey) internal pure returns (bytes32) {
        return keccak256(abi.encode(STOP_TYPEHASH, user, node, sessionKey));
    }

    function openIntent(OpenIntent calldata intent) internal pure returns (bytes32) {
        return keccak256(abi.encode(OPEN_INTENT_TYPEHASH, intent));
    }

    function openFromBalance(OpenFromBalance calldata intent) internal pure returns (bytes32) {
        return keccak256(abi.encode(OPEN_FROM_BALANCE_TYPEHASH, intent));
    }

    function depositIntent(address from, address user, uint256 amount, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEPOSIT_INTENT_TYPEHASH, from, user, amount, salt));
    }

    function withdrawIntent(WithdrawIntent calldata intent) internal pure returns (bytes32) {
        return keccak256(abi.encode(WITHDRAW_INTENT_TYPEHASH, intent));
    }
}
