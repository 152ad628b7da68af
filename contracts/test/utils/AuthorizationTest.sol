// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SessionsTest} from "./SessionsTest.sol";

/// @title Signing EIP-3009 authorizations to the sessions contract.
abstract contract AuthorizationTest is SessionsTest {
    function _authorizationDigest(address from, uint256 value, uint256 validBefore, bytes32 nonce)
        internal
        view
        returns (bytes32)
    {
        bytes32 structHash = _hashReceiveAuthorization(from, address(sessions), value, 0, validBefore, nonce);
        return _digest(_domain("USD Coin", block.chainid, address(token)), structHash);
    }

    function _authorize(uint256 key, uint256 value, uint256 validBefore, bytes32 nonce)
        internal
        view
        returns (bytes memory)
    {
        return _sign(key, _authorizationDigest(vm.addr(key), value, validBefore, nonce));
    }

    function _split(bytes memory signature) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        (r, s) = abi.decode(signature, (bytes32, bytes32));
        v = uint8(signature[64]);
    }
}
