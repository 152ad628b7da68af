// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The constructor's argument: what is fixed at deployment, and the first parameters.
/// @param token X4PN, whose minter this contract must be.
/// @param sessions Where fees are booked.
/// @param authority The AccessManager that says who may set parameters and pause.
/// @param kappaBps The first κ in basis points, at most `KAPPA_CAP_BPS`.
/// @param referenceFloor The first floor, in the fee token's base units for one whole X4PN.
struct RewardsParams {
    address token;
    address sessions;
    address authority;
    uint16 kappaBps;
    uint256 referenceFloor;
}

/// @title Mints X4PN to nodes in proportion to the protocol fees booked for them, and never worth more than a fraction
/// of those fees at a conservative reference price.
/// @notice For an epoch in which `fees` were booked (fee token base units):
/// `minted = min(schedule(epoch), fees × κ × 10^18 / referencePrice)`, rounded down, and a node gets
/// `minted × its fees / fees`, rounded down. Fees count in the epoch in which they were booked, whenever they were
/// collected, and an epoch can be rolled and claimed at any time after its end: nothing is lost by waiting.
///
/// What it means: a node that pays itself to be rewarded pays `fees` and is given X4PN worth κ × fees at the reference
/// price. It gains only where the market pays more than reference / κ, so at least twice the reference price: then, and
/// for as long as the reference is not raised, rewards can be farmed.
///
/// The reference price is the one at the time of rolling: the higher of a floor, which governance raises at once and
/// lowers with a delay, and, where one is set, a Chainlink feed of X4PN in dollars (one dollar is taken for one whole fee
/// token). A feed that does not answer, is stale, or answers what cannot be right is never waited for: the last price
/// that this feed gave to a roll counts instead, or the floor, whichever is higher. So a broken feed neither stops
/// anything nor lowers the price.
interface IX4PNRewards {
    // ----------------------------------------------------------------- events

    /// @notice `minted` X4PN (10^-18) for an epoch in which `fees` (fee token base units) were booked.
    event EpochRolled(uint256 indexed epoch, uint256 fees, uint256 minted, uint256 referencePrice);
    /// @notice `amount` X4PN (10^-18) was minted to `payout`.
    event RewardClaimed(address indexed node, address indexed payout, uint256 indexed epoch, uint256 amount);
    /// @notice The floor becomes `floor` at `effectiveAt`, which is now when it is raised.
    event ReferenceFloorScheduled(uint256 floor, uint256 effectiveAt);
    /// @notice κ becomes `kappaBps` at `effectiveAt`.
    event KappaScheduled(uint256 kappaBps, uint256 effectiveAt);
    /// @notice The feed becomes `feed` at `effectiveAt`; zero: none.
    event PriceFeedScheduled(address indexed feed, uint256 heartbeat, uint256 effectiveAt);
    /// @notice Rolling and claiming wait until `until`.
    event MintingPaused(uint256 until);
    /// @notice The pause ended early.
    event MintingUnpaused();

    // ----------------------------------------------------------------- errors

    /// @notice The epoch has not ended: fees can still be booked in it.
    error Rewards_EpochOpen(uint256 epoch);
    /// @notice The epoch's amount was fixed before.
    error Rewards_AlreadyRolled(uint256 epoch);
    /// @notice The registry knows no payout address for this node.
    error Rewards_NoPayout(address node);
    /// @notice Minting is paused until `until`.
    error Rewards_Paused(uint256 until);
    /// @notice The next pause can begin at `from`.
    error Rewards_PauseTooSoon(uint256 from);
    /// @notice A parameter is outside its immutable bounds.
    error Rewards_OutOfBounds(bytes32 name, uint256 value);
    /// @notice `token` names another minter: this contract could never mint.
    error Rewards_NotMinter(address token);
    /// @notice An address without code where a contract is needed.
    error Rewards_BadAddress(address account);

    // ----------------------------------------------------------------- anyone

    /// @notice Fixes what an ended epoch mints. Anyone may call it, in any order of epochs, once for each.
    /// @return minted 10^-18 X4PN.
    function roll(uint256 epoch) external returns (uint256 minted);
    /// @notice Mints a node's share of many epochs to its payout address. Anyone may call it. Rolls those that nobody has
    /// rolled; skips those that were claimed before, so that nobody can spoil a batch. Reverts for an epoch that is open
    /// and for a node without a payout address, which can be set later.
    /// @return amount 10^-18 X4PN.
    function claim(address node, uint256[] calldata epochs) external returns (uint256 amount);

    // ------------------------------------------------------------- governance

    /// @notice Sets the floor, in fee token base units for one whole X4PN, between `FLOOR_MIN` and `FLOOR_MAX`. A higher
    /// one is in force at once and replaces a lowering that is under way; a lower one after `REWARDS_DELAY`, and it is at
    /// least half the present one.
    function setReferenceFloor(uint256 price) external;
    /// @notice Sets κ in basis points, at most `KAPPA_CAP_BPS`, after `REWARDS_DELAY`.
    function setKappa(uint256 newKappaBps) external;
    /// @notice Sets the feed after `REWARDS_DELAY`; zero for none.
    /// @param feed A Chainlink aggregator of dollars for one X4PN, with at most 18 decimals.
    /// @param heartbeat Seconds after which its answer is stale, at most `MAX_HEARTBEAT`.
    function setPriceFeed(address feed, uint256 heartbeat) external;
    /// @notice Delays rolling and claiming for `MINTING_PAUSE`. It ends by itself, cannot be prolonged, and the next can
    /// begin only as long again after it: whatever the guardian does, half of the time everything can be claimed.
    function pauseMinting() external;
    /// @notice Ends the pause early.
    function unpauseMinting() external;

    // ------------------------------------------------------------------ views

    /// @notice Fee token base units for one whole X4PN, as a roll would find it now.
    function referencePrice() external view returns (uint256);
    /// @notice What a claim would mint for this epoch now, were minting not paused; 0 for an open epoch.
    function claimable(address node, uint256 epoch) external view returns (uint256);
    /// @notice The most that an epoch can mint, 10^-18 X4PN: `INITIAL_SCHEDULE` in the first epoch, halved every
    /// `HALVING_EPOCHS`, as Bitcoin's subsidy is (about every four years). Nothing before `FIRST_EPOCH`. What an epoch
    /// does not mint is not made up for later.
    function schedule(uint256 epoch) external view returns (uint256);
    /// @notice Whether an epoch's amount is fixed, and the amount, 10^-18 X4PN.
    function epochReward(uint256 epoch) external view returns (bool rolled, uint256 minted);
    /// @notice Whether `node`'s share of `epoch` was minted.
    function isClaimed(address node, uint256 epoch) external view returns (bool);
    /// @notice Basis points, in force now.
    function kappaBps() external view returns (uint256);
    /// @notice Fee token base units for one whole X4PN, in force now.
    function referenceFloor() external view returns (uint256);
    /// @notice In force now, and the last price (fee token base units) that it gave to a roll.
    function priceFeed() external view returns (address feed, uint256 heartbeat, uint256 lastPrice);
    /// @notice Unix second until which nothing is minted; in the past when no pause is in force.
    function mintingPausedUntil() external view returns (uint256);

    /// @notice X4PN.
    function TOKEN() external view returns (address);
    /// @notice Where fees are booked.
    function SESSIONS() external view returns (address);
    /// @notice Where payout addresses are looked up: the sessions contract's registry.
    function REGISTRY() external view returns (address);
    /// @notice The epoch of the deployment.
    function FIRST_EPOCH() external view returns (uint256);
    /// @notice Epochs between two halvings.
    function HALVING_EPOCHS() external view returns (uint256);
    /// @notice What the first epoch can mint at most, 10^-18 X4PN.
    function INITIAL_SCHEDULE() external view returns (uint256);
    /// @notice Basis points. κ never exceeds a half.
    function KAPPA_CAP_BPS() external view returns (uint256);
    /// @notice Seconds before a change takes effect.
    function REWARDS_DELAY() external view returns (uint256);
    /// @notice Seconds of a pause, and at least as many between two.
    function MINTING_PAUSE() external view returns (uint256);
    /// @notice Seconds.
    function MAX_HEARTBEAT() external view returns (uint256);
    /// @notice Fee token base units for one whole X4PN: a millionth of a fee token.
    function FLOOR_MIN() external view returns (uint256);
    /// @notice Fee token base units for one whole X4PN: a million fee tokens.
    function FLOOR_MAX() external view returns (uint256);
}
