// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Reading a Chainlink feed without hanging on it.
library PriceFeed {
    /// @dev Many times what an aggregator behind its proxy uses. A caller who passes too little gas to make the feed fail
    /// fails himself: what then remains, a 64th, does not reach for the rest of a roll.
    uint256 private constant GAS = 300_000;
    uint256 private constant ANSWER_BYTES = 160;

    /// @notice The feed's answer in units of 10^-`decimals`, rounded up, or 0 when it cannot be believed: no answer, a
    /// malformed one, not positive, of the future, older than `heartbeat` seconds, or above `ceiling`.
    /// @param scale 10^ the feed's own decimals.
    function read(address feed, uint256 heartbeat, uint256 scale, uint256 unit, uint256 ceiling)
        internal
        view
        returns (uint256 price)
    {
        (bool answered, bytes memory data) =
            feed.staticcall{gas: GAS}(abi.encodeCall(AggregatorV3Interface.latestRoundData, ()));
        if (!answered || data.length != ANSWER_BYTES) return 0;
        // Full words, so that nothing that is decoded can revert: round ids are not looked at.
        (, int256 answer,, uint256 updatedAt,) = abi.decode(data, (uint256, int256, uint256, uint256, uint256));
        if (answer <= 0) return 0;
        if (updatedAt > block.timestamp || block.timestamp - updatedAt > heartbeat) return 0;
        // Held against the ceiling before it is scaled, so that the product cannot overflow.
        if (uint256(answer) > type(uint128).max) return 0;
        price = Math.ceilDiv(uint256(answer) * unit, scale);
        if (price > ceiling) return 0;
    }
}
