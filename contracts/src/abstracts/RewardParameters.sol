// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IX4PNRewards} from "../interfaces/IX4PNRewards.sol";
import {PriceFeed} from "../libraries/PriceFeed.sol";

/// @title What governance can set about rewards: κ, the floor, the feed; and the guardian's pause.
/// @dev Bounds and delays are kept by this contract itself, whatever the authority does.
abstract contract RewardParameters is IX4PNRewards, AccessManaged {
    /// @dev `next` is in force from `effectiveAt` on.
    struct KappaSchedule {
        uint16 current;
        uint16 next;
        uint40 effectiveAt;
    }

    struct FloorSchedule {
        uint256 current;
        uint256 next;
        uint40 effectiveAt;
    }

    /// @dev `scale` is 10^ the feed's decimals, asked for once. `lastPrice` is what it last gave to a roll.
    struct Feed {
        address source;
        uint32 heartbeat;
        uint64 scale;
        uint256 lastPrice;
    }

    /// @inheritdoc IX4PNRewards
    uint256 public constant KAPPA_CAP_BPS = 5_000;
    /// @inheritdoc IX4PNRewards
    uint256 public constant REWARDS_DELAY = 7 days;
    /// @inheritdoc IX4PNRewards
    uint256 public constant MINTING_PAUSE = 7 days;
    /// @inheritdoc IX4PNRewards
    uint256 public constant MAX_HEARTBEAT = 3 days;

    uint256 private constant MAX_FEED_DECIMALS = 18;

    /// @inheritdoc IX4PNRewards
    uint256 public immutable FLOOR_MIN;
    /// @inheritdoc IX4PNRewards
    uint256 public immutable FLOOR_MAX;
    /// @dev Base units of one whole fee token.
    uint256 private immutable _UNIT;

    /// @inheritdoc IX4PNRewards
    uint256 public mintingPausedUntil;

    KappaSchedule private _kappa;
    FloorSchedule private _floor;
    Feed private _feed;
    Feed private _nextFeed;
    uint40 private _nextFeedAt;

    modifier whenMinting() {
        _checkMinting();
        _;
    }

    constructor(address authority, uint8 feeDecimals, uint256 initialKappaBps, uint256 initialFloor)
        AccessManaged(authority)
    {
        if (authority.code.length == 0) revert Rewards_BadAddress(authority);
        if (feeDecimals < 6 || feeDecimals > 18) revert Rewards_OutOfBounds("decimals", feeDecimals);
        _UNIT = 10 ** feeDecimals;
        FLOOR_MIN = _UNIT / 1e6;
        FLOOR_MAX = _UNIT * 1e6;
        _checkKappa(initialKappaBps);
        _checkFloor(initialFloor);
        _kappa.next = uint16(initialKappaBps);
        _floor.next = initialFloor;
    }

    /// @inheritdoc IX4PNRewards
    function setReferenceFloor(uint256 price) external restricted {
        _checkFloor(price);
        uint256 current = referenceFloor();
        if (price < current / 2) revert Rewards_OutOfBounds("lowering", price);
        uint256 effectiveAt = price < current ? block.timestamp + REWARDS_DELAY : block.timestamp;
        _floor = FloorSchedule({current: current, next: price, effectiveAt: uint40(effectiveAt)});
        emit ReferenceFloorScheduled(price, effectiveAt);
    }

    /// @inheritdoc IX4PNRewards
    function setKappa(uint256 newKappaBps) external restricted {
        _checkKappa(newKappaBps);
        uint256 effectiveAt = block.timestamp + REWARDS_DELAY;
        _kappa =
            KappaSchedule({current: uint16(kappaBps()), next: uint16(newKappaBps), effectiveAt: uint40(effectiveAt)});
        emit KappaScheduled(newKappaBps, effectiveAt);
    }

    /// @inheritdoc IX4PNRewards
    function setPriceFeed(address feed, uint256 heartbeat) external restricted {
        uint256 scale = 1;
        if (feed != address(0)) {
            if (heartbeat == 0 || heartbeat > MAX_HEARTBEAT) revert Rewards_OutOfBounds("heartbeat", heartbeat);
            uint256 decimals = AggregatorV3Interface(feed).decimals();
            if (decimals > MAX_FEED_DECIMALS) revert Rewards_OutOfBounds("decimals", decimals);
            scale = 10 ** decimals;
        }
        // One that is in force by now must not be lost with the one that replaces it.
        if (block.timestamp >= _nextFeedAt) _feed = _currentFeed();
        uint256 effectiveAt = block.timestamp + REWARDS_DELAY;
        _nextFeed = Feed({source: feed, heartbeat: uint32(heartbeat), scale: uint64(scale), lastPrice: 0});
        _nextFeedAt = uint40(effectiveAt);
        emit PriceFeedScheduled(feed, heartbeat, effectiveAt);
    }

    /// @inheritdoc IX4PNRewards
    function pauseMinting() external restricted {
        uint256 until = mintingPausedUntil;
        // Also while a pause runs. None has ever begun where it is 0.
        if (until != 0 && block.timestamp < until + MINTING_PAUSE) revert Rewards_PauseTooSoon(until + MINTING_PAUSE);
        until = block.timestamp + MINTING_PAUSE;
        mintingPausedUntil = until;
        emit MintingPaused(until);
    }

    /// @inheritdoc IX4PNRewards
    function unpauseMinting() external restricted {
        if (block.timestamp >= mintingPausedUntil) return;
        // Not 0: the time to the next pause counts from here.
        mintingPausedUntil = block.timestamp;
        emit MintingUnpaused();
    }

    /// @inheritdoc IX4PNRewards
    function kappaBps() public view returns (uint256) {
        return block.timestamp < _kappa.effectiveAt ? _kappa.current : _kappa.next;
    }

    /// @inheritdoc IX4PNRewards
    function referenceFloor() public view returns (uint256) {
        return block.timestamp < _floor.effectiveAt ? _floor.current : _floor.next;
    }

    /// @inheritdoc IX4PNRewards
    function priceFeed() external view returns (address feed, uint256 heartbeat, uint256 lastPrice) {
        Feed memory current = _currentFeed();
        return (current.source, current.heartbeat, current.lastPrice);
    }

    /// @inheritdoc IX4PNRewards
    function referencePrice() public view returns (uint256 price) {
        (price,) = _readPrice();
    }

    /// @dev Reads the price for a roll, and remembers what the feed said.
    function _takePrice() internal returns (uint256 price) {
        uint256 answer;
        (price, answer) = _readPrice();
        if (answer == 0) return price;
        if (block.timestamp < _nextFeedAt) _feed.lastPrice = answer;
        else _nextFeed.lastPrice = answer;
    }

    /// @return price The reference price.
    /// @return answer What the feed says, 0 when there is none or it cannot be believed.
    function _readPrice() private view returns (uint256 price, uint256 answer) {
        price = referenceFloor();
        Feed memory feed = _currentFeed();
        if (feed.source == address(0)) return (price, 0);
        answer = PriceFeed.read(feed.source, feed.heartbeat, feed.scale, _UNIT, FLOOR_MAX);
        uint256 fromFeed = answer == 0 ? feed.lastPrice : answer;
        if (fromFeed > price) price = fromFeed;
    }

    function _currentFeed() private view returns (Feed memory) {
        return block.timestamp < _nextFeedAt ? _feed : _nextFeed;
    }

    function _checkMinting() private view {
        uint256 until = mintingPausedUntil;
        if (block.timestamp < until) revert Rewards_Paused(until);
    }

    function _checkKappa(uint256 bps) private pure {
        if (bps > KAPPA_CAP_BPS) revert Rewards_OutOfBounds("kappa", bps);
    }

    function _checkFloor(uint256 price) private view {
        if (price < FLOOR_MIN || price > FLOOR_MAX) revert Rewards_OutOfBounds("floor", price);
    }
}
