// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IX4PNRewards} from "../../../src/interfaces/IX4PNRewards.sol";
import {IX4PNVpnSessions} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {TestUSDC} from "../../../src/testing/TestUSDC.sol";
import {AnyFeed} from "../../mocks/OddFeeds.sol";
import {ReceiptData, Signing} from "../../utils/Signing.sol";

/// @title Users paying nodes, strangers booking, rolling and claiming, governance and guardian doing all they may, and
/// time; with books of its own, in which what must be minted is computed anew.
contract RewardsHandler is Signing {
    uint256 private constant NODES = 3;
    uint256 private constant FEE_BPS = 100;
    uint256 private constant KAPPA_CAP = 5_000;

    IX4PNRewards public immutable REWARDS;
    IX4PNVpnSessions public immutable SESSIONS;
    IERC20 public immutable X4PN;
    AnyFeed public immutable FEED;
    address private immutable _ADMIN;
    address private immutable _GUARDIAN;
    address private immutable _USER;

    /// @notice Set when an epoch mints more than κ × fees, or than the schedule, or nodes get more than it mints.
    bool public tooMuch;
    /// @notice Set when somebody gets less than the rules give, or a fee has no epoch.
    bool public forgotten;
    /// @notice Set when something was minted during a pause.
    bool public mintedInPause;
    /// @notice What was paid out, by these books.
    uint256 public paid;
    /// @notice What was collected from all nodes together.
    uint256 public collected;

    uint256 private _sessionKeys = 10_000;
    mapping(uint256 epoch => bool) private _rolled;
    mapping(uint256 epoch => uint256) private _minted;
    mapping(uint256 epoch => uint256) private _paidOf;
    mapping(address node => mapping(uint256 epoch => bool)) private _claimed;

    constructor(IX4PNRewards rewards, AnyFeed feed, address admin, address guardian, address user) {
        REWARDS = rewards;
        SESSIONS = IX4PNVpnSessions(rewards.SESSIONS());
        X4PN = IERC20(rewards.TOKEN());
        FEED = feed;
        _ADMIN = admin;
        _GUARDIAN = guardian;
        _USER = user;
        TestUSDC token = TestUSDC(SESSIONS.TOKEN());
        token.mint(user, 1e18);
        vm.prank(user);
        token.approve(address(SESSIONS), type(uint256).max);
    }

    function nodeKey(uint256 i) public pure returns (uint256) {
        return 2_000 + i % NODES;
    }

    function node(uint256 i) public pure returns (address) {
        return vm.addr(nodeKey(i));
    }

    function nodes() external pure returns (uint256) {
        return NODES;
    }

    // ------------------------------------------------------------------ anyone

    function wait_(uint256 time) external {
        skip(bound(time, 1 hours, 12 days));
    }

    /// @dev Up to 10 million USDC at once: two such in an epoch are more than the schedule covers.
    function pay(uint256 which, uint256 amount) public {
        address to = node(which);
        amount = bound(amount, 1, 1e13);
        uint256 key = _sessionKeys++;
        vm.prank(_USER);
        SESSIONS.open(to, vm.addr(key), uint96(amount));
        ReceiptData memory receipt =
            ReceiptData({user: _USER, node: to, cumulative: uint96(amount), rate: 0, start: 0, until: 0});
        bytes32 digest = _digest(SESSIONS.DOMAIN_SEPARATOR(), _hashReceipt(receipt));
        SESSIONS.settle(to, abi.encodePacked(_USER, _packClaim(receipt, _compact(key, digest))));
        collected += (amount * FEE_BPS + 9_999) / 10_000;
    }

    function book(uint256 which) public {
        SESSIONS.book(node(which));
    }

    function roll(uint256 which) public {
        (uint256 epoch, bool any) = _endedEpoch(which);
        if (!any || _rolled[epoch]) return;
        uint256 expected = _expected(epoch);
        try REWARDS.roll(epoch) returns (uint256 minted) {
            _noteUnpaused();
            _noteRolled(epoch, minted, expected);
        } catch {
            _noteRefused();
        }
    }

    /// @dev A few epochs in a row from any, one of them twice.
    function claim(uint256 which, uint256 from, uint256 count) public {
        (uint256 first, bool any) = _endedEpoch(from);
        if (!any) return;
        uint256 left = SESSIONS.currentEpoch() - first;
        count = bound(count, 1, left < 5 ? left : 5);
        uint256[] memory epochs = new uint256[](count + 1);
        for (uint256 i; i < count; ++i) {
            epochs[i] = first + i;
        }
        epochs[count] = first;
        _claim(node(which), epochs);
    }

    /// @dev To the end: everything is booked, and each node claims every epoch there ever was.
    function claimEverything() external {
        skip(REWARDS.MINTING_PAUSE());
        for (uint256 i; i < NODES; ++i) {
            book(i);
        }
        skip(SESSIONS.EPOCH_LENGTH());
        for (uint256 i; i < NODES; ++i) {
            // What was collected in the epoch in which the first booking ran.
            book(i);
        }
        skip(SESSIONS.EPOCH_LENGTH());
        uint256 first = REWARDS.FIRST_EPOCH();
        uint256[] memory epochs = new uint256[](SESSIONS.currentEpoch() - first);
        for (uint256 i; i < epochs.length; ++i) {
            epochs[i] = first + i;
        }
        uint256 booked;
        for (uint256 i; i < NODES; ++i) {
            _claim(node(i), epochs);
            for (uint256 k; k < epochs.length; ++k) {
                booked += SESSIONS.bookedFees(node(i), epochs[k]);
                if (REWARDS.claimable(node(i), epochs[k]) != 0) forgotten = true;
            }
        }
        if (booked != collected) forgotten = true;
        // The shares' rounding, at most a unit for each node, is all that an epoch keeps.
        for (uint256 k; k < epochs.length; ++k) {
            if (_paidOf[epochs[k]] + NODES < _minted[epochs[k]]) forgotten = true;
        }
    }

    // -------------------------------------------------- governance and guardian

    function setFloor(uint256 floor) external {
        uint256 current = REWARDS.referenceFloor();
        uint256 least = current / 2 > REWARDS.FLOOR_MIN() ? current / 2 : REWARDS.FLOOR_MIN();
        vm.prank(_ADMIN);
        REWARDS.setReferenceFloor(bound(floor, least, 4 * current < 1e8 ? 4 * current : 1e8));
    }

    function setKappa(uint256 kappa) external {
        vm.prank(_ADMIN);
        REWARDS.setKappa(bound(kappa, 0, KAPPA_CAP));
    }

    function setFeed(bool on) external {
        vm.prank(_ADMIN);
        REWARDS.setPriceFeed(on ? address(FEED) : address(0), 1 days);
    }

    function answer(int256 price, uint256 age) external {
        FEED.set(bound(price, -1, 1e10), vm.getBlockTimestamp() - bound(age, 0, 2 days));
    }

    function pause() external {
        vm.prank(_GUARDIAN);
        try REWARDS.pauseMinting() {} catch {}
    }

    function unpause() external {
        vm.prank(_GUARDIAN);
        REWARDS.unpauseMinting();
    }

    // ------------------------------------------------------------- the books

    function _claim(address to, uint256[] memory epochs) private {
        uint256[] memory expected = new uint256[](epochs.length);
        for (uint256 i; i < epochs.length; ++i) {
            expected[i] = _rolled[epochs[i]] ? _minted[epochs[i]] : _expected(epochs[i]);
        }
        try REWARDS.claim(to, epochs) returns (uint256 amount) {
            _noteUnpaused();
            uint256 due;
            for (uint256 i; i < epochs.length; ++i) {
                due += _noteClaimed(to, epochs[i], expected[i]);
            }
            if (amount > due) tooMuch = true;
            if (amount < due) forgotten = true;
            paid += amount;
        } catch {
            _noteRefused();
        }
    }

    function _noteClaimed(address to, uint256 epoch, uint256 expected) private returns (uint256 due) {
        (, uint256 minted) = REWARDS.epochReward(epoch);
        if (!_rolled[epoch]) _noteRolled(epoch, minted, expected);
        if (_claimed[to][epoch]) return 0;
        _claimed[to][epoch] = true;
        uint256 total = SESSIONS.totalBookedFees(epoch);
        due = total == 0 ? 0 : minted * SESSIONS.bookedFees(to, epoch) / total;
        _paidOf[epoch] += due;
        if (_paidOf[epoch] > minted) tooMuch = true;
    }

    function _noteRolled(uint256 epoch, uint256 minted, uint256 expected) private {
        _rolled[epoch] = true;
        _minted[epoch] = minted;
        if (minted > expected) tooMuch = true;
        if (minted < expected) forgotten = true;
    }

    function _noteUnpaused() private {
        if (vm.getBlockTimestamp() < REWARDS.mintingPausedUntil()) mintedInPause = true;
    }

    /// @dev A pause is the only reason there may be.
    function _noteRefused() private {
        if (vm.getBlockTimestamp() >= REWARDS.mintingPausedUntil()) forgotten = true;
    }

    /// @dev The rule, written down a second time: the most whose value stays under κ × fees, and under the schedule.
    function _expected(uint256 epoch) private returns (uint256 expected) {
        uint256 price = REWARDS.referencePrice();
        uint256 kappa = REWARDS.kappaBps();
        if (price < REWARDS.referenceFloor() || kappa > KAPPA_CAP) tooMuch = true;
        expected = SESSIONS.totalBookedFees(epoch) * kappa * 1e18 / 10_000 / price;
        uint256 halvings = (epoch - REWARDS.FIRST_EPOCH()) / 208;
        uint256 most = uint256(1e27) / 416 / 2 ** halvings;
        if (expected > most) expected = most;
    }

    function _endedEpoch(uint256 which) private view returns (uint256 epoch, bool any) {
        uint256 first = REWARDS.FIRST_EPOCH();
        uint256 ended = SESSIONS.currentEpoch() - first;
        if (ended == 0) return (0, false);
        return (first + which % ended, true);
    }
}
