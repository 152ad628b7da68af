// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Mints X4PN to nodes in proportion to the protocol fees booked for them, and never worth more than a
/// fraction of those fees at a conservative reference price.
interface IX4PNRewards {
    /// @notice `minted` X4PN (10^-18) for an epoch in which `fees` (token base units) were booked.
    event EpochRolled(uint256 indexed epoch, uint256 fees, uint256 minted, uint256 referencePrice);
    event RewardClaimed(address indexed node, address indexed payout, uint256 indexed epoch, uint256 amount);
    event ReferenceFloorScheduled(uint256 floor, uint256 effectiveAt);
    event KappaScheduled(uint256 kappaBps, uint256 effectiveAt);
    event PriceFeedScheduled(address indexed feed, uint256 effectiveAt);
    event MintingPaused(uint256 until);

    error Rewards_EpochOpen(uint256 epoch);
    error Rewards_AlreadyRolled(uint256 epoch);
    error Rewards_AlreadyClaimed(address node, uint256 epoch);
    error Rewards_Paused(uint256 until);
    error Rewards_OutOfBounds(bytes32 name, uint256 value);

    /// @notice Fixes what an ended epoch mints. Anyone may call it.
    function roll(uint256 epoch) external returns (uint256 minted);
    /// @notice Mints a node's share of many epochs to its payout address. Anyone may call it.
    function claim(address node, uint256[] calldata epochs) external returns (uint256 amount);
    function setReferenceFloor(uint256 price) external;
    function setKappa(uint256 kappaBps) external;
    function setPriceFeed(address feed) external;
    function pauseMinting() external;

    /// @notice Token base units for one whole X4PN.
    function referencePrice() external view returns (uint256);
    function claimable(address node, uint256 epoch) external view returns (uint256);
    function schedule(uint256 epoch) external view returns (uint256);
    function kappaBps() external view returns (uint256);
}
