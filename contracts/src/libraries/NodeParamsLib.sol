// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeRegistry, NodeParams} from "../interfaces/IX4PNNodeRegistry.sol";

/// @title What an operator may say about a node: bounds only, so that lists stay readable. Truth is the client's to
/// check.
library NodeParamsLib {
    /// @notice Bit of `NodeParams.flags`: not to be listed.
    uint16 internal constant RETIRED = 1;
    uint256 internal constant MAX_URL_BYTES = 256;
    uint256 internal constant MAX_CID_BYTES = 128;

    function validate(NodeParams calldata params) internal pure {
        bytes calldata url = bytes(params.apiUrl);
        if (url.length == 0 || url.length > MAX_URL_BYTES || url[url.length - 1] == "/") {
            revert IX4PNNodeRegistry.Registry_BadUrl(url.length);
        }
        uint256 cidBytes = bytes(params.metadataCid).length;
        if (cidBytes > MAX_CID_BYTES) revert IX4PNNodeRegistry.Registry_BadMetadata(cidBytes);
        bytes2 country = params.country;
        if (country != 0 && !(_isUpper(country[0]) && _isUpper(country[1]))) {
            revert IX4PNNodeRegistry.Registry_BadCountry(country);
        }
    }

    function _isUpper(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }
}
