// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";

/// @title Rolls each epoch once, as the rewards contract does, and can be made to burn all the gas that it gets.
contract RewardsDouble {
    uint256 private immutable _EPOCH_LENGTH;
    mapping(uint256 epoch => bool) public rolled;
    bool public burning;

    constructor(uint256 epochLength) {
        _EPOCH_LENGTH = epochLength;
    }

    function setBurning(bool burning_) external {
        burning = burning_;
    }

    function roll(uint256 epoch) external returns (uint256) {
        while (burning) {}
        if (epoch >= block.timestamp / _EPOCH_LENGTH) revert IX4PNRewards.Rewards_EpochOpen(epoch);
        if (rolled[epoch]) revert IX4PNRewards.Rewards_AlreadyRolled(epoch);
        rolled[epoch] = true;
        return 0;
    }
}
