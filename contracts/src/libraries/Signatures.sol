// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Who signed. One encoding each, low s only, and a signature is never an id.
library Signatures {
    /// @dev Half the order of secp256k1, rounded down.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Whether `account` signed `digest`, as a key (65 bytes) or as a contract (ERC-1271).
    /// @dev The key comes first: since EIP-7702 an account with code can still be somebody's key.
    function isFrom(address account, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (isFromKey(account, digest, signature)) return true;
        return
            account.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
    }

    /// @notice Whether the key of `account` signed `digest` (65 bytes); contracts are not asked.
    function isFromKey(address account, bytes32 digest, bytes calldata signature) internal pure returns (bool) {
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        return failure == ECDSA.RecoverError.NoError && signer == account;
    }

    /// @notice The key that signed `digest` (EIP-2098), or zero. The high half of s is refused as in 65 bytes.
    function compactSigner(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address) {
        bytes32 s = vs & bytes32(uint256(type(int256).max));
        if (uint256(s) > HALF_ORDER) return address(0);
        return ecrecover(digest, uint256(vs) >> 255 == 0 ? 27 : 28, r, s);
    }
}
