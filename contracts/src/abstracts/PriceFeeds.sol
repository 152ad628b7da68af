// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {FeedParams, IX4PNDepositRouter} from "../interfaces/IX4PNDepositRouter.sol";

/// @title What a token is worth in USDC by Chainlink's feeds, and governance's say over which feeds those are.
/// @dev Both prices are read, so that a USDC that has left its peg is not taken for a dollar. Where the chain is run by a
/// sequencer, its uptime feed would have to be asked too; the chains in question (Polygon, BSC) have none.
abstract contract PriceFeeds is IX4PNDepositRouter, AccessManaged {
    struct StoredFeed {
        FeedParams params;
        uint8 feedDecimals;
        uint8 tokenDecimals;
    }

    /// @inheritdoc IX4PNDepositRouter
    uint256 public constant TOLERANCE_CAP_BPS = 500;
    /// @inheritdoc IX4PNDepositRouter
    /// @dev Feeds speak at least once a day; the rest is for a chain that is late.
    uint256 public constant HEARTBEAT_CAP = 26 hours;

    uint256 private constant BPS = 10_000;
    /// @dev Of feeds and of tokens: with more, a price could overflow the multiplication below.
    uint256 private constant MAX_DECIMALS = 18;

    /// @inheritdoc IX4PNDepositRouter
    address public immutable TOKEN;

    mapping(address token => StoredFeed) private _feeds;

    constructor(address authority, address token) AccessManaged(authority) {
        if (authority == address(0)) revert Router_BadAddress(authority);
        TOKEN = token;
    }

    /// @inheritdoc IX4PNDepositRouter
    function setFeed(address token, FeedParams calldata params) external restricted {
        _checkBounds("heartbeat", params.heartbeat, 1, HEARTBEAT_CAP);
        _checkBounds("toleranceBps", params.toleranceBps, 0, TOLERANCE_CAP_BPS);
        _checkBounds("minAnswer", params.minAnswer, 1, params.maxAnswer);
        StoredFeed memory stored = StoredFeed({
            params: params,
            feedDecimals: AggregatorV3Interface(params.feed).decimals(),
            tokenDecimals: IERC20Metadata(token).decimals()
        });
        _checkBounds("feedDecimals", stored.feedDecimals, 0, MAX_DECIMALS);
        _checkBounds("tokenDecimals", stored.tokenDecimals, 0, MAX_DECIMALS);
        // A feed that cannot be read now is a mistake now.
        _read(params);
        _feeds[token] = stored;
        emit FeedSet(token, params.feed, params);
    }

    /// @inheritdoc IX4PNDepositRouter
    function removeFeed(address token) external restricted {
        delete _feeds[token];
        emit FeedRemoved(token);
    }

    /// @inheritdoc IX4PNDepositRouter
    function feedOf(address token) external view returns (FeedParams memory) {
        return _feeds[token].params;
    }

    /// @inheritdoc IX4PNDepositRouter
    function minimumOutput(address tokenIn, uint256 amountIn) public view returns (uint256) {
        _checkTaken(tokenIn);
        StoredFeed memory input = _feeds[tokenIn];
        StoredFeed memory output = _feeds[TOKEN];
        if (output.params.feed == address(0)) revert Router_UnsupportedToken(TOKEN);
        // 96 bits of answer, at most 10^36 and 10^4: no overflow in 256. The product with the amount is taken in 512.
        uint256 worth = _read(input.params) * 10 ** (output.feedDecimals + output.tokenDecimals)
            * (BPS - input.params.toleranceBps);
        uint256 price = _read(output.params) * 10 ** (input.feedDecimals + input.tokenDecimals) * BPS;
        return Math.mulDiv(amountIn, worth, price, Math.Rounding.Ceil);
    }

    /// @dev Asked before a token is touched: only code that governance has chosen is ever called.
    function _checkTaken(address token) internal view {
        if (token == TOKEN || _feeds[token].params.feed == address(0)) revert Router_UnsupportedToken(token);
    }

    /// @dev The feed's last answer. A feed that has run into its own limits goes on repeating them: hence the bounds.
    function _read(FeedParams memory params) private view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = AggregatorV3Interface(params.feed).latestRoundData();
        if (answer < int256(uint256(params.minAnswer)) || answer > int256(uint256(params.maxAnswer))) {
            revert Router_BadPrice(params.feed, answer);
        }
        if (updatedAt > block.timestamp || block.timestamp - updatedAt > params.heartbeat) {
            revert Router_StalePrice(params.feed, updatedAt);
        }
        return uint256(answer);
    }

    function _checkBounds(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert Router_OutOfBounds(name, value);
    }
}
