// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";

/// @title A price feed for a local chain, and only there: Chainlink's own stand-in, which anyone can make say anything.
contract TestPriceFeed is MockV3Aggregator {
    constructor(uint8 decimals_, int256 answer) MockV3Aggregator(decimals_, answer) {}
}
