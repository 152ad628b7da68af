// SPDX-License-Identifier: MIT
// solhint-disable one-contract-per-file
pragma solidity 0.8.37;

import {X4PNRewards} from "../X4PNRewards.sol";
import {RewardsParams} from "../interfaces/IX4PNRewards.sol";

// Copies of the rewards contract with one mistake each, for tests only: to see that the invariant finds it. Not among
// the tests, since whatever these import is compiled the quick way.

/// @dev Mints what is worth twice as much.
contract MintsTwice is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _reward(uint256 epoch, uint256 fees, uint256 price) internal view override returns (uint256) {
        return 2 * super._reward(epoch, fees, price);
    }
}

/// @dev Rounds up what an epoch mints: a unit too much.
contract RoundsUp is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _reward(uint256 epoch, uint256 fees, uint256 price) internal view override returns (uint256) {
        return super._reward(epoch, fees, price) + (fees == 0 ? 0 : 1);
    }
}

/// @dev Mints κ × fees, however much that is.
contract IgnoresTheSchedule is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _reward(uint256, uint256 fees, uint256 price) internal view override returns (uint256) {
        return fees * kappaBps() * 1e18 / 10_000 / price;
    }
}

/// @dev Gives each node a unit more than its share.
contract SharesRoundedUp is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _shareOf(address node, uint256 epoch, uint256 minted) internal view override returns (uint256) {
        uint256 share = super._shareOf(node, epoch, minted);
        return share == 0 ? 0 : share + 1;
    }
}

/// @dev Mints nothing for an epoch that was not rolled in the one after it.
contract ForgetsOldEpochs is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _reward(uint256 epoch, uint256 fees, uint256 price) internal view override returns (uint256) {
        bool late = block.timestamp / 7 days > epoch + 1;
        return late ? 0 : super._reward(epoch, fees, price);
    }
}

/// @dev Gives a share only to whoever has more than half of the fees.
contract ForgetsSmallNodes is X4PNRewards {
    constructor(RewardsParams memory params) X4PNRewards(params) {}

    function _shareOf(address node, uint256 epoch, uint256 minted) internal view override returns (uint256) {
        uint256 share = super._shareOf(node, epoch, minted);
        return share * 2 > minted ? share : 0;
    }
}
