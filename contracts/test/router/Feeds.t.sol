// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FeedParams, IX4PNDepositRouter} from "../../src/interfaces/IX4PNDepositRouter.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {Creating} from "../utils/Creating.sol";
import {RouterTest} from "../utils/RouterTest.sol";

/// @title What the feeds say a swap must bring, when they are not believed, and who sets them.
contract RouterFeedsTest is RouterTest, Creating {
    function test_theMinimumIsTheFeedsLessTheTolerance() public view {
        assertEq(router.minimumOutput(address(weth), 1 ether), ETH_PRICE * 1e6 * 99 / 100);
        assertEq(router.minimumOutput(address(lower), 1e8), GOLD_PRICE * 1e6 * 99 / 100);
    }

    function test_aDearerUsdcLowersTheMinimum() public {
        usdcFeed.updateAnswer(1.25e8);
        assertEq(router.minimumOutput(address(weth), 1 ether), ETH_PRICE * 1e6 * 99 / 125);
    }

    function test_theMinimumIsRoundedUp() public view {
        // 2.475 × 10^-9 USDC.
        assertEq(router.minimumOutput(address(weth), 1), 1);
        assertEq(router.minimumOutput(address(weth), 0), 0);
    }

    function testFuzz_theMinimumIsExact(
        uint96 amount,
        uint256 price,
        uint256 usdcPrice,
        uint8 feedDecimals,
        uint8 tokenDecimals,
        uint16 tolerance
    ) public {
        feedDecimals = uint8(bound(feedDecimals, 0, 18));
        tokenDecimals = uint8(bound(tokenDecimals, 0, 18));
        tolerance = uint16(bound(tolerance, 0, 500));
        price = bound(price, 1, 2 ** 64);
        usdcPrice = bound(usdcPrice, 0.1e8, 10e8);
        usdcFeed.updateAnswer(int256(usdcPrice));
        MockV3Aggregator feed = new MockV3Aggregator(feedDecimals, int256(price));
        address erc20 = address(new PlainToken(tokenDecimals));
        FeedParams memory params = _feedParams(feed, 0);
        (params.minAnswer, params.maxAnswer, params.toleranceBps) = (1, type(uint96).max, tolerance);
        vm.prank(admin);
        router.setFeed(erc20, params);
        uint256 minimum = router.minimumOutput(erc20, amount);
        // minimum × usdcPrice / 10^(8 + 6) >= amount × price / 10^(feed's + token's) × (1 - tolerance), and no less would do.
        uint256 each = usdcPrice * 10 ** (uint256(feedDecimals) + tokenDecimals) * 10_000;
        uint256 worth = uint256(amount) * price * 1e14 * (10_000 - tolerance);
        assertGe(minimum * each, worth);
        if (minimum != 0) assertLt((minimum - 1) * each, worth);
    }

    function test_anAnswerIsBelievedUntilItsHeartbeatIsOver() public {
        skip(HEARTBEAT);
        router.minimumOutput(address(weth), 1 ether);
        skip(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IX4PNDepositRouter.Router_StalePrice.selector, address(ethFeed), _now() - HEARTBEAT - 1
            )
        );
        router.minimumOutput(address(weth), 1 ether);
    }

    function test_revertsWhen_usdcsFeedIsStale() public {
        skip(HEARTBEAT + 1);
        ethFeed.updateAnswer(ethFeed.latestAnswer());
        vm.expectPartialRevert(IX4PNDepositRouter.Router_StalePrice.selector);
        router.minimumOutput(address(weth), 1 ether);
    }

    function test_revertsWhen_anAnswerIsFromTheFuture() public {
        ethFeed.updateRoundData(9, int256(ETH_PRICE * 1e8), _now() + 1, _now());
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNDepositRouter.Router_StalePrice.selector, address(ethFeed), _now() + 1)
        );
        router.minimumOutput(address(weth), 1 ether);
    }

    function test_answersAreBelievedWithinTheirBoundsOnly() public {
        int256 lowest = int256(ETH_PRICE * 1e7);
        int256 highest = int256(ETH_PRICE * 1e9);
        ethFeed.updateAnswer(lowest);
        router.minimumOutput(address(weth), 1 ether);
        ethFeed.updateAnswer(highest);
        router.minimumOutput(address(weth), 1 ether);
        int256[5] memory bad = [lowest - 1, highest + 1, 0, -1, type(int256).min];
        for (uint256 i; i < bad.length; ++i) {
            ethFeed.updateAnswer(bad[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IX4PNDepositRouter.Router_BadPrice.selector, address(ethFeed), bad[i])
            );
            router.minimumOutput(address(weth), 1 ether);
        }
    }

    function test_governanceSetsAndRemovesFeeds() public {
        FeedParams memory params = _feedParams(goldFeed, GOLD_PRICE * 1e18);
        address erc20 = address(new PlainToken(4));
        vm.expectEmit(address(router));
        emit IX4PNDepositRouter.FeedSet(erc20, address(goldFeed), params);
        vm.prank(admin);
        router.setFeed(erc20, params);
        assertEq(abi.encode(router.feedOf(erc20)), abi.encode(params));
        assertEq(router.minimumOutput(erc20, 1e4), GOLD_PRICE * 1e6 * 99 / 100);

        vm.expectEmit(address(router));
        emit IX4PNDepositRouter.FeedRemoved(erc20);
        vm.prank(admin);
        router.removeFeed(erc20);
        assertEq(router.feedOf(erc20).feed, address(0));
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_UnsupportedToken.selector, erc20));
        router.minimumOutput(erc20, 1e4);
    }

    function test_revertsWhen_somebodyElseSetsFeeds() public {
        bytes memory unauthorized =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this));
        FeedParams memory params = _feedParams(goldFeed, GOLD_PRICE * 1e18);
        vm.expectRevert(unauthorized);
        router.setFeed(address(lower), params);
        vm.expectRevert(unauthorized);
        router.removeFeed(address(lower));
    }

    function test_revertsWhen_aParameterIsOutOfBounds() public {
        FeedParams memory params = _feedParams(ethFeed, ETH_PRICE * 1e8);
        params.heartbeat = 0;
        _refuse(params, "heartbeat", 0);
        params.heartbeat = 26 hours + 1;
        _refuse(params, "heartbeat", 26 hours + 1);
        params.heartbeat = 26 hours;
        params.toleranceBps = 501;
        _refuse(params, "toleranceBps", 501);
        params.toleranceBps = 500;
        params.minAnswer = 0;
        _refuse(params, "minAnswer", 0);
        params.minAnswer = params.maxAnswer + 1;
        _refuse(params, "minAnswer", params.minAnswer);
        params.minAnswer = 1;
        params.feed = address(new MockV3Aggregator(19, 1));
        _refuse(params, "feedDecimals", 19);
        params.feed = address(ethFeed);
        _set(address(weth), params);
        address fine = address(new PlainToken(19));
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNDepositRouter.Router_OutOfBounds.selector, bytes32("tokenDecimals"), 19)
        );
        _set(fine, params);
    }

    function test_revertsWhen_aFeedCannotBeReadWhenItIsSet() public {
        skip(HEARTBEAT + 1);
        FeedParams memory params = _feedParams(ethFeed, ETH_PRICE * 1e8);
        vm.expectPartialRevert(IX4PNDepositRouter.Router_StalePrice.selector);
        _set(address(weth), params);
    }

    function test_revertsWhen_itIsPutTogetherFromTheWrongParts() public {
        _refuseConstruction(address(weth), factory, address(0), address(0));
        _refuseConstruction(payer, factory, address(authority), payer);
        _refuseConstruction(address(token), factory, address(authority), address(token));
        _refuseConstruction(address(weth), payer, address(authority), payer);
    }

    function test_saysWhatItIsMadeOf() public view {
        assertEq(router.SESSIONS(), address(sessions));
        assertEq(router.TOKEN(), address(token));
        assertEq(router.WRAPPED(), address(weth));
        assertEq(router.FACTORY(), factory);
        assertEq(router.TOLERANCE_CAP_BPS(), 500);
        assertEq(router.HEARTBEAT_CAP(), 26 hours);
    }

    function _set(address erc20, FeedParams memory params) private {
        vm.prank(admin);
        router.setFeed(erc20, params);
    }

    function _refuse(FeedParams memory params, bytes32 name, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_OutOfBounds.selector, name, value));
        _set(address(weth), params);
    }

    function _refuseConstruction(address wrapped, address factory_, address authority_, address culprit) private {
        bytes memory args = abi.encode(address(sessions), wrapped, factory_, authority_);
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_BadAddress.selector, culprit));
        this.create("X4PNDepositRouter.sol:X4PNDepositRouter", args);
    }
}
