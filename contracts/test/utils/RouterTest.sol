// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FeedParams, IX4PNDepositRouter} from "../../src/interfaces/IX4PNDepositRouter.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {UniswapTest} from "./UniswapTest.sol";

/// @title The deposit router with feeds for USDC, the wrapped coin and two tokens, one on either side of USDC in a pool.
abstract contract RouterTest is UniswapTest {
    uint32 internal constant HEARTBEAT = 1 hours;
    uint16 internal constant TOLERANCE_BPS = 100;
    uint256 internal constant GOLD_PRICE = 60_000;

    IX4PNDepositRouter internal router;
    MockV3Aggregator internal usdcFeed;
    MockV3Aggregator internal ethFeed;
    MockV3Aggregator internal goldFeed;
    /// @dev 8 decimals; their addresses are below and above USDC's.
    PlainToken internal lower;
    PlainToken internal higher;
    address internal payer = makeAddr("payer");
    uint24 internal poolFee = POOL_FEE;

    function setUp() public virtual override {
        super.setUp();
        router = IX4PNDepositRouter(
            deployCode(
                "X4PNDepositRouter.sol:X4PNDepositRouter",
                abi.encode(address(sessions), address(weth), factory, address(authority))
            )
        );
        usdcFeed = new MockV3Aggregator(8, 1e8);
        ethFeed = new MockV3Aggregator(8, int256(ETH_PRICE * 1e8));
        // Of 18 decimals, as some feeds are.
        goldFeed = new MockV3Aggregator(18, int256(GOLD_PRICE * 1e18));
        while (address(lower) == address(0) || address(higher) == address(0)) {
            PlainToken next = new PlainToken(8);
            if (address(next) < address(token)) lower = next;
            else higher = next;
        }
        _setFeed(address(token), usdcFeed, 1e8);
        _setFeed(address(weth), ethFeed, ETH_PRICE * 1e8);
        _addGold(address(lower));
        _addGold(address(higher));
    }

    function _addGold(address gold) internal {
        _setFeed(gold, goldFeed, GOLD_PRICE * 1e18);
        _createPool(gold, DEPTH * 1e2 / GOLD_PRICE, DEPTH, POOL_FEE, FULL_RANGE);
    }

    function _setFeed(address erc20, MockV3Aggregator feed, uint256 price) internal {
        vm.prank(admin);
        router.setFeed(erc20, _feedParams(feed, price));
    }

    /// @dev Believes anything from a tenth of `price` to ten times as much.
    function _feedParams(MockV3Aggregator feed, uint256 price) internal pure returns (FeedParams memory) {
        return FeedParams({
            feed: address(feed),
            heartbeat: HEARTBEAT,
            toleranceBps: TOLERANCE_BPS,
            minAnswer: uint96(price / 10),
            maxAnswer: uint96(price * 10)
        });
    }

    function _depositNative(uint256 amount, uint256 minOut) internal returns (uint256) {
        vm.deal(payer, amount);
        vm.prank(payer);
        return router.depositNative{value: amount}(user, poolFee, minOut, _now());
    }

    function _depositToken(address tokenIn, uint256 amount, uint256 minOut) internal returns (uint256) {
        _mint(tokenIn, payer, amount);
        vm.startPrank(payer);
        IERC20(tokenIn).approve(address(router), amount);
        uint256 amountOut = router.depositToken(user, tokenIn, amount, poolFee, minOut, _now());
        vm.stopPrank();
        return amountOut;
    }

    /// @dev From now on deposits go to a pool that takes only about `amountIn`, at the price of the deep one.
    function _useThinPool(address tokenIn, uint256 amountIn, uint256 amountUsdc) internal {
        poolFee = THIN_POOL_FEE;
        _createPool(tokenIn, amountIn, amountUsdc, poolFee, 60);
    }

    /// @dev No token, no coin, no allowance to anybody.
    function _assertKeepsNothing(address tokenIn) internal view {
        assertEq(IERC20(tokenIn).balanceOf(address(router)), 0);
        assertEq(token.balanceOf(address(router)), 0);
        assertEq(address(router).balance, 0);
        assertEq(token.allowance(address(router), address(sessions)), 0);
    }
}
