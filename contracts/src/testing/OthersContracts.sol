// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Contracts of others that a local chain needs and a public one has: compiled here so that tests can deploy them.
// forge-lint: disable-start(unused-import)
import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {WETH9} from "@chainlink/contracts/src/v0.8/vendor/canonical-weth/WETH9.sol";
// forge-lint: disable-end(unused-import)
