// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {AnyFeed, OddFeed} from "../mocks/OddFeeds.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";

/// @title The reference price: a floor, and a feed that can only raise it and never stop anything.
contract ReferencePriceTest is RewardsTest {
    uint256 private constant HEARTBEAT = 1 days;
    /// @dev 5 cents, in the feed's 8 decimals and in USDC's 6.
    int256 private constant FIVE_CENTS = 5_000_000;
    uint256 private constant FIVE_CENTS_USDC = 50_000;

    MockV3Aggregator private feed;

    function setUp() public override {
        super.setUp();
        feed = new MockV3Aggregator(8, FIVE_CENTS);
    }

    function _setFeed(address source) private {
        vm.prank(admin);
        rewards.setPriceFeed(source, HEARTBEAT);
        skip(7 days);
    }

    /// @dev In force and fresh.
    function _useFeed() private {
        _setFeed(address(feed));
        feed.updateAnswer(FIVE_CENTS);
    }

    function _lastPrice() private view returns (uint256 lastPrice) {
        (,, lastPrice) = rewards.priceFeed();
    }

    function _rollSome() private returns (uint256 minted) {
        return rewards.roll(_bookedEpoch(10 * USDC, 0));
    }

    // -------------------------------------------------------------- the floor

    function test_theFloorIsRaisedAtOnce() public {
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.ReferenceFloorScheduled(5 * FLOOR, _now());
        vm.prank(admin);
        rewards.setReferenceFloor(5 * FLOOR);
        assertEq(rewards.referenceFloor(), 5 * FLOOR);
        assertEq(rewards.referencePrice(), 5 * FLOOR);
    }

    function test_theFloorIsLoweredAfterTheDelay() public {
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.ReferenceFloorScheduled(FLOOR / 2, _now() + 7 days);
        vm.prank(admin);
        rewards.setReferenceFloor(FLOOR / 2);
        skip(7 days - 1);
        assertEq(rewards.referenceFloor(), FLOOR);
        skip(1);
        assertEq(rewards.referenceFloor(), FLOOR / 2);
    }

    function test_raisingTakesALoweringBack() public {
        vm.startPrank(admin);
        rewards.setReferenceFloor(FLOOR - 1);
        skip(6 days);
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.ReferenceFloorScheduled(FLOOR, _now());
        rewards.setReferenceFloor(FLOOR);
        skip(30 days);
        assertEq(rewards.referenceFloor(), FLOOR);
    }

    function test_revertsWhen_theFloorIsOutOfBounds() public {
        assertEq(rewards.FLOOR_MIN(), 1);
        assertEq(rewards.FLOOR_MAX(), 1e12);
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("floor"), 0));
        rewards.setReferenceFloor(0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("floor"), 1e12 + 1));
        rewards.setReferenceFloor(1e12 + 1);
        uint256 tooLow = FLOOR / 2 - 1;
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("lowering"), tooLow));
        rewards.setReferenceFloor(tooLow);
    }

    // --------------------------------------------------------------- the feed

    function test_theHigherOfFloorAndFeedCounts() public {
        _useFeed();
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        feed.updateAnswer(1);
        assertEq(rewards.referencePrice(), FLOOR);
        // In the feed's units finer than the token's: rounded up, so that less is minted.
        feed.updateAnswer(FIVE_CENTS + 1);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC + 1);
    }

    function test_aFeedTakesEffectAfterItsDelayAndLeavesAfterIt() public {
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.PriceFeedScheduled(address(feed), HEARTBEAT, _now() + 7 days);
        vm.prank(admin);
        rewards.setPriceFeed(address(feed), HEARTBEAT);
        skip(7 days - 1);
        feed.updateAnswer(FIVE_CENTS);
        assertEq(rewards.referencePrice(), FLOOR);
        skip(1);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        (address source, uint256 heartbeat,) = rewards.priceFeed();
        assertEq(source, address(feed));
        assertEq(heartbeat, HEARTBEAT);

        vm.prank(admin);
        rewards.setPriceFeed(address(0), 0);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        // Rolled while the change is under way: the price is remembered with the feed that gave it.
        uint256 epoch = sessions.currentEpoch() - 1;
        rewards.roll(epoch);
        assertEq(_lastPrice(), FIVE_CENTS_USDC);
        skip(7 days);
        (source,,) = rewards.priceFeed();
        assertEq(source, address(0));
        assertEq(_lastPrice(), 0);
        assertEq(rewards.referencePrice(), FLOOR);
    }

    function test_aChangeThatIsNotInForceIsReplaced() public {
        _useFeed();
        vm.startPrank(admin);
        rewards.setPriceFeed(address(0), 0);
        skip(6 days);
        AnyFeed next = new AnyFeed(18);
        rewards.setPriceFeed(address(next), HEARTBEAT);
        skip(1 days);
        (address source,,) = rewards.priceFeed();
        assertEq(source, address(feed));
        skip(6 days);
        (source,,) = rewards.priceFeed();
        assertEq(source, address(next));
        next.set(0.03e18, _now());
        assertEq(rewards.referencePrice(), 30_000);
    }

    function test_revertsWhen_theFeedIsOutOfBounds() public {
        address wide = address(new AnyFeed(19));
        vm.startPrank(admin);
        uint256[2] memory heartbeats = [uint256(0), 3 days + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("heartbeat"), heartbeats[i])
            );
            rewards.setPriceFeed(address(feed), heartbeats[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("decimals"), 19));
        rewards.setPriceFeed(wide, HEARTBEAT);
    }

    // -------------------------------------------------------- a broken feed

    function test_aFeedThatGoesStaleLeavesItsLastPrice() public {
        _useFeed();
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        feed.updateAnswer(FIVE_CENTS);
        assertEq(rewards.roll(epoch), _worth(10 * USDC, FIVE_CENTS_USDC));
        assertEq(_lastPrice(), FIVE_CENTS_USDC);
        skip(HEARTBEAT);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        feed.updateRoundData(9, FIVE_CENTS / 2, _now() - HEARTBEAT, 0);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC / 2);
        // A second older, and what it says does not count any more.
        skip(1);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        assertEq(_rollSome(), _worth(10 * USDC, FIVE_CENTS_USDC));
        // And it goes on counting, however many rolls find the feed stale.
        assertEq(_lastPrice(), FIVE_CENTS_USDC);
        assertEq(_rollSome(), _worth(10 * USDC, FIVE_CENTS_USDC));
    }

    function test_aFeedDoesNotInheritThePriceOfTheOneBeforeIt() public {
        _useFeed();
        rewards.roll(sessions.currentEpoch() - 1);
        assertEq(_lastPrice(), FIVE_CENTS_USDC);
        _setFeed(address(new AnyFeed(8)));
        assertEq(_lastPrice(), 0);
        assertEq(rewards.referencePrice(), FLOOR);
    }

    /// @dev It eats what it is given, and that is little.
    function test_aFeedCannotEatTheGasOfARoll() public {
        _setFeed(address(new OddFeed(OddFeed.Way.EatGas)));
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        assertEq(rewards.roll{gas: 1_000_000}(epoch), _worth(10 * USDC, FLOOR));
    }

    function test_aFeedThatNeverGaveAPriceLeavesTheFloor() public {
        for (uint256 way; way < 6; ++way) {
            OddFeed odd = new OddFeed(OddFeed.Way(way));
            _setFeed(address(odd));
            assertEq(rewards.referencePrice(), FLOOR);
            assertEq(_rollSome(), _worth(10 * USDC, FLOOR));
        }
    }

    function test_answersThatCannotBeRightDoNotCount() public {
        AnyFeed any = new AnyFeed(8);
        _setFeed(address(any));
        any.set(FIVE_CENTS, _now());
        rewards.roll(sessions.currentEpoch() - 1);
        any.set(FIVE_CENTS, 0);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        // Zero, negative, absurd, above a million dollars; and one of the future.
        int256[5] memory bad = [int256(0), -1, type(int256).min, type(int256).max, 1e14 + 1];
        for (uint256 i; i < bad.length; ++i) {
            any.set(bad[i], _now());
            assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        }
        any.set(2 * FIVE_CENTS, _now() + 1);
        assertEq(rewards.referencePrice(), FIVE_CENTS_USDC);
        any.set(1e14, _now());
        assertEq(rewards.referencePrice(), 1e12);
    }

    /// @dev The code of the feed is gone, as after a selfdestruct of old.
    function test_aFeedWithoutCodeDoesNotCount() public {
        _useFeed();
        vm.etch(address(feed), "");
        assertEq(rewards.referencePrice(), FLOOR);
        assertEq(_rollSome(), _worth(10 * USDC, FLOOR));
    }

    /// @dev With so little gas that the feed cannot answer the roll fails, rather than falling back to a lower price.
    function test_nobodyMakesAFeedFailByPassingLittleGas() public {
        _useFeed();
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        feed.updateAnswer(FIVE_CENTS);
        uint256 succeeded;
        for (uint256 gas_ = 20_000; gas_ < 200_000; gas_ += 500) {
            uint256 snapshot = vm.snapshotState();
            try rewards.roll{gas: gas_}(epoch) returns (uint256 minted) {
                assertEq(minted, _worth(10 * USDC, FIVE_CENTS_USDC));
                succeeded++;
            } catch {}
            vm.revertToState(snapshot);
        }
        assertGt(succeeded, 0);
    }

    function testFuzz_theFeedCanOnlyRaiseThePrice(int256 answer, uint256 age) public {
        AnyFeed any = new AnyFeed(8);
        _setFeed(address(any));
        any.set(answer, _now() - bound(age, 0, _now()));
        uint256 price = rewards.referencePrice();
        assertGe(price, FLOOR);
        assertLe(price, rewards.FLOOR_MAX());
    }
}
