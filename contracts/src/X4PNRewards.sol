// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {RewardParameters} from "./abstracts/RewardParameters.sol";
import {IX4PNNodeRegistry} from "./interfaces/IX4PNNodeRegistry.sol";
import {IX4PNRewards, RewardsParams} from "./interfaces/IX4PNRewards.sol";
import {IX4PNToken} from "./interfaces/IX4PNToken.sol";
import {IX4PNVpnSessions} from "./interfaces/IX4PNVpnSessions.sol";

/// @title Rewards for nodes, by the fees that were booked for them.
/// @notice See `IX4PNRewards`. The weights of an epoch are read from the sessions contract, which books only into the
/// epoch that runs: once an epoch has ended they can never change.
contract X4PNRewards is RewardParameters {
    using BitMaps for BitMaps.BitMap;

    struct EpochReward {
        uint128 minted;
        bool rolled;
    }

    uint256 private constant WHOLE_X4PN = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant HALVING_TIME = 1461 days;

    /// @inheritdoc IX4PNRewards
    address public immutable TOKEN;
    /// @inheritdoc IX4PNRewards
    address public immutable SESSIONS;
    /// @inheritdoc IX4PNRewards
    address public immutable REGISTRY;
    /// @inheritdoc IX4PNRewards
    uint256 public immutable FIRST_EPOCH;
    /// @inheritdoc IX4PNRewards
    uint256 public immutable HALVING_EPOCHS;
    /// @inheritdoc IX4PNRewards
    uint256 public immutable INITIAL_SCHEDULE;

    mapping(uint256 epoch => EpochReward) private _rewards;
    mapping(address node => BitMaps.BitMap) private _claimed;

    constructor(RewardsParams memory params)
        RewardParameters(params.authority, _feeDecimals(params.sessions), params.kappaBps, params.referenceFloor)
    {
        if (IX4PNToken(params.token).MINTER() != address(this)) revert Rewards_NotMinter(params.token);
        TOKEN = params.token;
        SESSIONS = params.sessions;
        REGISTRY = IX4PNVpnSessions(params.sessions).REGISTRY();
        FIRST_EPOCH = IX4PNVpnSessions(params.sessions).currentEpoch();
        // At least 16: an epoch lasts at most 90 days.
        HALVING_EPOCHS = HALVING_TIME / IX4PNVpnSessions(params.sessions).EPOCH_LENGTH();
        // n + n/2 + n/4 + … < 2n for each of the epochs between two halvings: all of them together stay under the cap.
        INITIAL_SCHEDULE = IX4PNToken(params.token).CAP() / (2 * HALVING_EPOCHS);
    }

    /// @inheritdoc IX4PNRewards
    function roll(uint256 epoch) external whenMinting returns (uint256 minted) {
        _checkEnded(epoch);
        if (_rewards[epoch].rolled) revert Rewards_AlreadyRolled(epoch);
        return _roll(epoch);
    }

    /// @inheritdoc IX4PNRewards
    function claim(address node, uint256[] calldata epochs) external whenMinting returns (uint256 amount) {
        address payout = IX4PNNodeRegistry(REGISTRY).payoutOf(node);
        if (payout == address(0)) revert Rewards_NoPayout(node);
        for (uint256 i; i < epochs.length; ++i) {
            uint256 epoch = epochs[i];
            _checkEnded(epoch);
            if (_claimed[node].get(epoch)) continue;
            _claimed[node].set(epoch);
            EpochReward memory reward = _rewards[epoch];
            uint256 share = _shareOf(node, epoch, reward.rolled ? reward.minted : _roll(epoch));
            if (share == 0) continue;
            amount += share;
            emit RewardClaimed(node, payout, epoch, share);
        }
        if (amount != 0) IX4PNToken(TOKEN).mint(payout, amount);
    }

    /// @inheritdoc IX4PNRewards
    function claimable(address node, uint256 epoch) external view returns (uint256) {
        if (!_hasEnded(epoch) || isClaimed(node, epoch)) return 0;
        EpochReward memory reward = _rewards[epoch];
        uint256 fees = IX4PNVpnSessions(SESSIONS).totalBookedFees(epoch);
        return _shareOf(node, epoch, reward.rolled ? reward.minted : _reward(epoch, fees, referencePrice()));
    }

    /// @inheritdoc IX4PNRewards
    function epochReward(uint256 epoch) external view returns (bool rolled, uint256 minted) {
        EpochReward memory reward = _rewards[epoch];
        return (reward.rolled, reward.minted);
    }

    /// @inheritdoc IX4PNRewards
    function isClaimed(address node, uint256 epoch) public view returns (bool) {
        return _claimed[node].get(epoch);
    }

    /// @inheritdoc IX4PNRewards
    function schedule(uint256 epoch) public view returns (uint256) {
        if (epoch < FIRST_EPOCH) return 0;
        // Shifted by 256 or more, it is 0.
        return INITIAL_SCHEDULE >> ((epoch - FIRST_EPOCH) / HALVING_EPOCHS);
    }

    function _roll(uint256 epoch) private returns (uint256 minted) {
        uint256 fees = IX4PNVpnSessions(SESSIONS).totalBookedFees(epoch);
        uint256 price = _takePrice();
        minted = _reward(epoch, fees, price);
        _rewards[epoch] = EpochReward({minted: uint128(minted), rolled: true});
        emit EpochRolled(epoch, fees, minted, price);
    }

    /// @dev Rounded down: what is minted is worth at most κ × fees. Fits 128 bits, since the schedule does. Virtual, as
    /// the next, for the tests' broken copies.
    function _reward(uint256 epoch, uint256 fees, uint256 price) internal view virtual returns (uint256) {
        uint256 byFees = Math.mulDiv(fees * kappaBps(), WHOLE_X4PN, price * BPS);
        return Math.min(byFees, schedule(epoch));
    }

    /// @dev Rounded down: the shares of an epoch never add up to more than it mints.
    function _shareOf(address node, uint256 epoch, uint256 minted) internal view virtual returns (uint256) {
        if (minted == 0) return 0;
        uint256 fees = IX4PNVpnSessions(SESSIONS).bookedFees(node, epoch);
        return Math.mulDiv(minted, fees, IX4PNVpnSessions(SESSIONS).totalBookedFees(epoch));
    }

    function _checkEnded(uint256 epoch) private view {
        if (!_hasEnded(epoch)) revert Rewards_EpochOpen(epoch);
    }

    function _hasEnded(uint256 epoch) private view returns (bool) {
        return epoch < IX4PNVpnSessions(SESSIONS).currentEpoch();
    }

    function _feeDecimals(address sessions) private view returns (uint8) {
        if (sessions.code.length == 0) revert Rewards_BadAddress(sessions);
        return IERC20Metadata(IX4PNVpnSessions(sessions).TOKEN()).decimals();
    }
}
