// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The one call of EIP-3009 that these contracts make: only the payee can use the authorization.
interface IERC3009 {
    /// @notice Moves `value` base units from `from` to `to`, the caller, by `from`'s signature; `nonce` can be used once.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
